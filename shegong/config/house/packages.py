"""What the product needs beside Python: fonts for its papers, installed where that is allowed, else named exactly."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from shegong.config.house.account import HouseError

FONTS = "fonts-noto-cjk"


def has_chinese_fonts() -> bool:
    """Whether a font with simplified Chinese is installed."""
    if shutil.which("fc-list"):
        shown = subprocess.run(["fc-list", ":lang=zh-cn"], capture_output=True, text=True, check=False)
        return bool(shown.stdout.strip())
    return any(Path("/usr/share/fonts").rglob("NotoSansCJK*")) or sys.platform == "darwin"


def lacking_fonts() -> list[str]:
    """Debian packages without which certificates cannot be typeset."""
    return [] if has_chinese_fonts() else [FONTS, "fontconfig"]


def install(packages: list[str], purpose: str) -> None:
    """Install Debian packages as root. Refuses (HouseError) with the one command to run where that is not allowed."""
    command = ["apt-get", "install", "-y", "-q", "--no-install-recommends", *packages]
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise HouseError(f"{purpose} need {' and '.join(packages)}. Run once: sudo {' '.join(command)}")
    print(f"Installing {' and '.join(packages)}: {purpose} need them", file=sys.stderr, flush=True)
    quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for step in (["apt-get", "update", "-q"], command):
        done = subprocess.run(
            step, env=quiet, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
        )
        if done.returncode:
            said = (done.stderr or done.stdout).strip().splitlines() or ["no output"]
            raise HouseError(f"{' '.join(step)} failed: {said[-1]}")

"""The pure mechanisms run without Django: rules built on them are tested in milliseconds and reused anywhere."""

import subprocess
import sys

PURE = (
    "calendar", "characters", "clauses", "codes", "contact", "identity", "masking", "names", "patterns", "pinyin", "policy", "policy_tables",
    "refusal", "text", "typed_dates", "workflow",
)  # fmt: skip


def test_pure_modules_import_no_django():
    names = ", ".join(f"shegong.kernel.{name}" for name in PURE)
    code = f"import sys, {names}; sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0

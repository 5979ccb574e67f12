"""What cannot be installed is named with the one command to run."""

import os

import pytest

from shegong.config.house import packages
from shegong.config.house.account import HouseError


def test_an_ordinary_user_is_told_the_exact_command(monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(
        HouseError, match=r"sudo apt-get install -y -q --no-install-recommends fonts-noto-cjk"
    ):
        packages.install([packages.FONTS], "certificates (PDF)")


def test_fonts_are_asked_for_only_where_fontconfig_knows_none(monkeypatch, tmp_path):
    """A stand-in for fontconfig's own program, with and without a Chinese font."""
    lister = tmp_path / "fc-list"
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    for said, lacking in (("", [packages.FONTS, "fontconfig"]), ("NotoSansCJK-Regular.ttc", [])):
        lister.write_text(f"#!/bin/sh\nprintf '%s' '{said}'\n")
        lister.chmod(0o755)
        assert packages.lacking_fonts() == lacking

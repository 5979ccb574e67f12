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


def test_a_machine_with_the_fonts_lacks_nothing():
    assert packages.has_chinese_fonts() == (packages.lacking_fonts() == [])

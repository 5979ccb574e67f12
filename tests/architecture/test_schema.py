"""Migrations follow the models, and the texts follow the code."""

from pathlib import Path

import pytest
from django.core.management import call_command

from shegong.config.house import checks, translations

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.django_db
def test_every_change_of_a_model_has_its_migration():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_every_text_of_the_product_has_its_chinese():
    assert translations.problems() == []


def test_stylesheets_and_templates_keep_to_what_chromium_86_and_our_policy_allow():
    assert list(checks.style_complaints(ROOT / "shegong")) == []

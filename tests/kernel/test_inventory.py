"""The inventory of personal information names every column, and says nothing of columns that do not exist."""

from datetime import date

import pytest
from django.apps import apps
from django.db import models

from shegong.kernel.inventory import (
    Level,
    Period,
    every_field,
    inventory,
    period,
    period_source,
    periods,
    read,
)
from shegong.kernel.policy import Wording

ALL = list(apps.get_models(include_auto_created=True))
PERSONAL_WORDS = ("name", "number", "address", "born_on", "ethnicity", "phone", "email")


def test_every_column_of_every_table_is_in_the_inventory():
    assert inventory().gaps(ALL) == [], "name it in policy/personal_fields.toml"


def test_a_new_column_and_a_forgotten_table_are_found():
    class Diary(models.Model):
        secret = models.TextField()

        class Meta:
            app_label = "kernel"
            managed = False

    try:
        assert inventory().gaps([*ALL, Diary]) == ["kernel.diary: the table is missing"]
    finally:
        del apps.all_models["kernel"]["diary"]
        apps.clear_cache()


def test_a_column_that_went_away_is_found(tmp_path):
    text = (
        'purpose.a = { zh = "甲", en = "A", basis = "法", certainty = "V" }\n'
        '[regions.region]\nzh = "区"\nen = "R"\npurpose = "a"\nretention = "person"\n'
        'fields.name = { class = "public", zh = "名", en = "N" }\nrest = ["gone"]\n'
    )
    path = tmp_path / "fields.toml"
    path.write_text(text, encoding="utf-8")
    gaps = read(path, periods()).gaps([apps.get_model("regions.region")])
    assert "regions.region.gone: there is no such column" in gaps
    assert "regions.region.code: say whether it is personal" in gaps


def test_an_unknown_purpose_or_period_is_refused(tmp_path):
    path = tmp_path / "fields.toml"
    path.write_text(
        'purpose.a = { zh = "甲", en = "A", basis = "法", certainty = "V" }\n[x.y]\nzh = "a"\nen = "a"\npurpose = "a"\n'
        'retention = "forever"\nfields.name = { class = "public", zh = "名", en = "N" }\n',
        encoding="utf-8",
    )
    with pytest.raises(ValueError, match=r"x\.y\.name"):
        read(path, periods())


def test_every_field_has_a_purpose_with_an_article_and_a_period_with_one():
    for field in every_field(inventory()):
        assert inventory().purposes[field.purpose].basis
        assert period_source(field.retention, date(2026, 11, 23)).basis


def test_sealed_and_secret_columns_are_never_called_internal_and_secrets_never_leave():
    for field in every_field(inventory()):
        column = apps.get_model(field.table)._meta.get_field(field.name)
        if isinstance(column, models.BinaryField):
            assert field.level in (Level.SENSITIVE, Level.SECRET), field.key
        if field.level == Level.SECRET:
            assert not field.is_exported, field.key


def test_tables_called_not_personal_have_no_column_that_names_a_person():
    for table in inventory().tables.values():
        if not table.is_personal and table.label.partition(".")[0] not in ("regions", "organizations"):
            columns = {field.name for field in apps.get_model(table.label)._meta.concrete_fields}
            assert not columns & {"person", "person_id", "born_on", "phone", "email"}, table.label


def test_a_path_to_the_person_can_be_walked():
    for table in inventory().personal():
        if table.about:
            table.model._base_manager.filter(**{f"{table.about}__in": [0]}).query.sql_with_params()


def test_a_period_ends_on_the_right_day():
    words = Wording("", "")
    assert Period("a", words, words, years=1).ends(date(2024, 2, 29)) == date(2025, 2, 28)
    assert Period("a", words, words, months=13).ends(date(2026, 12, 31)) == date(2028, 1, 31)
    assert Period("a", words, words, days=180).ends(date(2026, 1, 1)) == date(2026, 6, 30)


def test_periods_from_memory_say_that_they_need_a_source():
    unsourced = [name for name, policy in periods().items() if policy.needs_source()]
    assert "register" in unsourced and "sign_in" not in unsourced
    assert period("case", date(2026, 11, 23)).archive

"""The catalogues: what is found in the code, what counts as translated, what is refused."""

from pathlib import Path

import pytest

from shegong.config.house import translations
from shegong.config.house.translations import PACKAGE, messages_in_source, messages_in_template, placeholders


def found_in_source(source: str) -> list[tuple[str, str | None]]:
    """Texts of a Python source."""
    return [(message.msgid, message.context) for message in messages_in_source(source, PACKAGE / "x.py")]


def found_in_template(source: str) -> list[tuple[str, str | None]]:
    """Texts of a template."""
    return [(message.msgid, message.context) for message in messages_in_template(source, PACKAGE / "x.html")]


def test_texts_of_python_are_found_under_all_their_marks():
    source = """
_("one"); N_("two"); gettext_lazy("three")
ngettext("%(n)d case", "%(n)d cases", n)
pgettext("month", "May"); text.gettext("joined "
    "from two")
gettext(computed); print("not a text")
"""
    assert found_in_source(source) == [
        ("one", None), ("two", None), ("three", None), ("%(n)d case", None), ("May", "month"),
        ("joined from two", None),
    ]  # fmt: skip


def test_texts_of_templates_are_found_under_all_their_marks():
    source = """{% load i18n %}
{% translate "Name" %} {% trans 'Say "hello"' as hello %} {% translate "May" context "month" %}
{% blocktranslate trimmed with name=person.name %}
  Dear {{ name }},
  (it's here)
{% endblocktranslate %}
{% blocktranslate count n=cases|length %}{{ n }} case{% plural %}{{ n }} cases{% endblocktranslate %}
{% include "x.html" with label=_("Level") %}"""
    assert found_in_template(source) == [
        ("Name", None), ('Say "hello"', None), ("May", "month"), ("Dear %(name)s, (it's here)", None),
        ("%(n)s case", None), ("Level", None),
    ]  # fmt: skip


def test_a_text_names_the_file_and_line_where_it_stands():
    message = next(messages_in_template('\n\n<p>{% translate "Here" %}', PACKAGE / "ui" / "x.html"))
    assert message.place == "shegong/ui/x.html:3"


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("%(number)s of %(total)d", ["number", "total"]),
        ("{days} days", ["days"]),
        ("100 %% of %s", ["%s"]),
        ("100 % done", []),
        ("plain", []),
    ],
)
def test_what_a_text_fills_in_is_recognised(text, filled):
    assert placeholders(text) == filled


@pytest.fixture
def product(tmp_path, monkeypatch):
    """An invented product with one page and one catalogue."""
    package = tmp_path / "shegong"
    (package / "templates").mkdir(parents=True)
    (package / "locale" / "zh_Hans" / "LC_MESSAGES").mkdir(parents=True)
    monkeypatch.setattr(translations, "PACKAGE", package)
    return package


def write(package: Path, page: str, catalogue: str) -> None:
    """Fill the invented product."""
    (package / "templates" / "x.html").write_text("{% load i18n %}" + page)
    header = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n\n'
    (package / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po").write_text(header + catalogue)


def test_complete_catalogues_have_no_problems(product):
    write(product, '{% translate "Name" %}', 'msgid "Name"\nmsgstr "姓名"\n')
    assert translations.problems() == []


def test_a_text_without_chinese_is_named_with_its_place(product):
    write(product, '{% translate "Name" %}{% translate "Age" %}', 'msgid "Age"\nmsgstr ""\n')
    assert translations.problems() == [
        "shegong/templates/x.html:1: no zh_Hans for 'Name'",
        "shegong/templates/x.html:1: no zh_Hans for 'Age'",
    ]


def test_a_translation_that_fills_in_other_things_is_named(product):
    write(
        product,
        "{% blocktranslate %}Hi {{ name }}{% endblocktranslate %}",
        'msgid "Hi %(name)s"\nmsgstr "%(nmae)s"\n',
    )
    assert [problem.partition(":")[0] for problem in translations.problems()] == [
        "shegong/locale/zh_Hans/LC_MESSAGES/django.po"
    ]


def test_a_text_translated_differently_by_two_contexts_is_named(product):
    write(product, '{% translate "Reason" %}', 'msgid "Reason"\nmsgstr "原因"\n')
    other = product / "work" / "locale" / "zh_Hans" / "LC_MESSAGES"
    other.mkdir(parents=True)
    header = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n\n'
    (other / "django.po").write_text(header + 'msgid "Reason"\nmsgstr "原因"\n')
    assert translations.problems() == []
    (other / "django.po").write_text(header + 'msgid "Reason"\nmsgstr "理由"\n')
    (problem,) = translations.problems()
    assert "原因" in problem and "理由" in problem
    (other / "django.po").write_text(header + 'msgctxt "of a role"\nmsgid "Reason"\nmsgstr "理由"\n')
    assert translations.problems() == []


def test_only_changed_catalogues_are_compiled_again(product):
    write(product, "", 'msgid "Name"\nmsgstr "姓名"\n')
    assert translations.compile_all() == 1
    assert translations.compile_all() == 0

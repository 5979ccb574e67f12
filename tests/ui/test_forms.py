"""Form parts and small pieces: summaries that link, tokens that stay, dates as people write them, states, meters."""

import re

import pytest
from django import forms
from django.http import HttpRequest
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation
from django.utils.translation import gettext, pgettext

from shegong.kernel.refusal import Obstacle
from shegong.kernel.text import N_
from shegong.ui.fields import DateTextField
from shegong.ui.menu import site
from shegong.ui.status import STATES


def request_for(path: str = "/help/", **data: str) -> HttpRequest:
    """A request as the thin public path sees it: no session, no actor."""
    factory = RequestFactory()
    return factory.post(path, data) if data else factory.get(path)


def drawn(source: str, request: HttpRequest | None = None, **values: object) -> str:
    """A piece of template with our tags loaded."""
    return Template("{% load i18n ui %}" + source).render(Context({"request": request, **values}))


class Sample(forms.Form):
    """Three kinds of field."""

    name = forms.CharField(label="姓名", help_text="须与证件一致")
    level = forms.ChoiceField(label="级别", choices=[("1", "助理"), ("2", "中级")], widget=forms.RadioSelect)
    born_on = DateTextField(label="日期", required=False)


# ---- forms -----------------------------------------------------------------------------------------------------------


def test_error_summary_links_lead_to_existing_fields_in_the_same_words() -> None:
    page = drawn('{% include "ui/form.html" %}', request_for(), form=Sample({}))
    targets = re.findall(r'<li><a href="#([^"]+)">', page)
    assert targets == ["id_name", "id_level_0"]
    assert all(f'id="{target}"' in page for target in targets)
    assert page.count(gettext("This field is required.")) == 4


def test_a_control_names_its_hint_and_its_error() -> None:
    page = drawn("{% field form.name %}", form=Sample({}))
    assert 'aria-describedby="id_name_hint id_name_wrong"' in page
    assert page.index("id_name_hint") < page.index("id_name_wrong") < page.index("<input")
    assert 'aria-invalid="true"' in page


def test_typed_text_comes_back_and_is_escaped() -> None:
    page = drawn('{% include "ui/form.html" %}', request_for(), form=Sample({"name": '"><script>'}))
    assert "&quot;&gt;&lt;script&gt;" in page
    assert "<script>" not in page


def test_the_title_of_a_page_with_errors_begins_with_the_word() -> None:
    source = '{% extends "ui/public.html" %}{% block title %}登记{% endblock %}'
    request = request_for()
    with translation.override("zh-hans"):
        values = {"request": request, **site(request)}
        assert "<title>有误：登记 — " in Template(source).render(Context({**values, "form": Sample({})}))
        assert "<title>登记 — " in Template(source).render(Context({**values, "form": Sample()}))


def test_the_once_token_is_fresh_on_a_new_form_and_kept_on_a_returned_one() -> None:
    first, second = drawn("{% once %}", request_for()), drawn("{% once %}", request_for())
    assert first != second
    assert 'value="' + "a" * 32 + '"' in drawn("{% once %}", request_for(_once="a" * 32))
    assert "&lt;" not in drawn("{% once %}", request_for(_once="<script>"))
    assert "script" not in drawn("{% once %}", request_for(_once="<script>"))


@pytest.mark.parametrize("typed", ["2013-6-30", "20130630", "2013年6月30日", "２０１３－６－３０"])
def test_a_date_field_takes_what_people_write(typed: str) -> None:
    form = Sample({"name": "a", "level": "1", "born_on": typed})
    assert form.is_valid(), form.errors
    assert form.cleaned_data["born_on"].isoformat() == "2013-06-30"


@pytest.mark.parametrize("typed", ["2013-2-30", "30.6.2013", "yesterday", "1850-01-01"])
def test_a_date_field_refuses_what_is_no_date_here(typed: str) -> None:
    assert "born_on" in Sample({"name": "a", "level": "1", "born_on": typed}).errors


# ---- pieces ----------------------------------------------------------------------------------------------------------


def test_every_state_has_its_chinese_word_and_a_shape_of_its_own_kind() -> None:
    with translation.override("zh-hans"):
        words = [pgettext("status", state.word) for state in STATES.values()]
    assert words == [
        "待提交",
        "办理中",
        "待补正",
        "已通过",
        "不予通过",
        "有效",
        "已过期",
        "已注销",
        "暂停",
        "撤销",
    ]
    assert {state.tone for state in STATES.values()} == {"", "info", "warn", "ok", "err"}


def test_a_meter_stays_between_nothing_and_full() -> None:
    assert 'width="100.0%"' in drawn("{% meter 12 10 %}")
    assert 'width="0.0%"' in drawn("{% meter 5 0 %}")
    assert 'x="81.3%"' in drawn("{% meter 5 10 plan=81.3 %}")


def test_filters_stay_in_the_address_when_the_order_changes() -> None:
    request = RequestFactory().get("/office/people/?region=222400&after=xyz&sort=name")
    assert drawn('{% address sort="-expires" %}', request) == "?region=222400&amp;sort=-expires"


def test_an_obstacle_speaks_the_language_of_the_reader() -> None:
    obstacle = Obstacle("x", N_("Verify a social worker"))
    with translation.override("zh-hans"):
        assert drawn("{{ obstacle|sentence }}", obstacle=obstacle) == "核验社会工作者"
    assert drawn("{{ obstacle|sentence }}", obstacle={"text": "已说"}) == "已说"

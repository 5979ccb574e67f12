"""The shell on the server: language and mode, menus, form parts, error pages, and the Chinese words of them all."""

import re
from pathlib import Path

import pytest
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.urls import reverse, set_script_prefix
from django.utils import translation
from django.utils.translation import gettext, ngettext, pgettext

from shegong.kernel.refusal import Obstacle
from shegong.kernel.text import N_
from shegong.ui.menu import MenuItem, Menus, current_of, site

UI = Path(__file__).resolve().parents[2] / "shegong/ui"


def request_for(path: str = "/help/", **data: str) -> HttpRequest:
    """A request as the thin public path sees it: no session, no actor."""
    factory = RequestFactory()
    return factory.post(path, data) if data else factory.get(path)


# ---- language and mode -----------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_site_opens_in_chinese_whatever_the_browser_asks(client: Client) -> None:
    page = client.get(reverse("ui:help"), headers={"Accept-Language": "en"})
    assert '<html lang="zh-Hans"' in page.text
    assert page.headers["Content-Language"] == "zh-Hans"


@pytest.mark.django_db
def test_the_english_switch_is_remembered(client: Client) -> None:
    answer = client.post(
        reverse("ui:language"), {"lang": "en"}, headers={"Referer": "http://testserver/help/?q=1"}
    )
    assert (answer.status_code, answer.headers["Location"]) == (303, "/help/?q=1")
    assert '<html lang="en"' in client.get(reverse("ui:help")).text


@pytest.mark.django_db
def test_lang_in_the_address_is_remembered_and_left_out_of_the_way_back(client: Client) -> None:
    client.get(reverse("ui:help") + "?lang=en")
    assert '<html lang="en"' in client.get(reverse("ui:help")).text
    back = {"Referer": "http://testserver/help/?lang=en"}
    answer = client.post(reverse("ui:language"), {"lang": "zh-hans"}, headers=back)
    assert answer.headers["Location"] == "/help/"


@pytest.mark.django_db
def test_elder_mode_marks_the_document_and_can_be_left(client: Client) -> None:
    client.post(reverse("ui:mode"), {"mode": "elder"})
    assert 'data-mode="elder"' in client.get(reverse("ui:help")).text
    client.post(reverse("ui:mode"), {"mode": "standard"})
    assert 'data-mode="elder"' not in client.get(reverse("ui:help")).text


@pytest.mark.django_db
@pytest.mark.parametrize(
    "headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://elsewhere.example"}]
)
def test_a_form_of_another_site_changes_nothing(client: Client, headers: dict[str, str]) -> None:
    client.post(reverse("ui:language"), {"lang": "en"}, headers=headers)
    assert '<html lang="zh-Hans"' in client.get(reverse("ui:help")).text


@pytest.mark.django_db
@pytest.mark.parametrize(
    "target", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)"]
)
def test_the_way_back_never_leaves_the_site(client: Client, target: str) -> None:
    answer = client.post(reverse("ui:mode"), {"mode": "elder", "next": target})
    assert answer.headers["Location"] == "/"


@pytest.mark.django_db
def test_display_choices_are_not_made_by_a_get(client: Client) -> None:
    assert client.get(reverse("ui:language")).status_code == 405
    assert client.get(reverse("ui:mode")).status_code == 405


@pytest.mark.django_db
def test_public_pages_set_no_cookie_and_hold_no_token(client: Client) -> None:
    page = client.get(reverse("ui:help"))
    assert page.cookies == {}
    assert "csrfmiddlewaretoken" not in page.text


# ---- frame -----------------------------------------------------------------------------------------------------------


def test_the_footer_shows_what_is_set_and_nothing_for_blanks(settings) -> None:
    settings.SITE = {
        "name_zh": "平台",
        "name_en": "Platform",
        "icp": "吉ICP备00000000号",
        "psb": "",
        "site_code": "",
    }
    page = render_to_string("ui/help.html", request=request_for())
    assert "吉ICP备00000000号" in page
    assert "网站标识码" not in page
    assert "主办" not in page


@pytest.mark.parametrize("demo", [True, False])
def test_the_demonstration_strip_follows_the_setting(settings, demo: bool) -> None:
    settings.DEMO = demo
    assert ("演示数据" in render_to_string("ui/help.html", request=request_for())) is demo


def test_every_link_follows_the_sub_path_of_a_host_site() -> None:
    set_script_prefix("/sgrc/")
    try:
        page = render_to_string("ui/help.html", request=request_for())
    finally:
        set_script_prefix("/")
    links = re.findall(r'(?:href|action)="([^"]+)"', page)
    assert links
    local = [link for link in links if link.startswith("/") and "/static/" not in link]
    assert local
    assert [link for link in local if not link.startswith("/sgrc/")] == []


def test_site_name_follows_the_language(settings) -> None:
    settings.SITE = {"name_zh": "平台", "name_en": "Platform"}
    with translation.override("en"):
        assert site(request_for())["site"]["name"] == "Platform"
    with translation.override("zh-hans"):
        assert site(request_for())["site"]["name"] == "平台"


# ---- menu ------------------------------------------------------------------------------------------------------------


class Holder:
    """An actor who holds one permission."""

    is_anonymous = False

    def may(self, permission: str) -> bool:
        """Only `registry.review`."""
        return permission == "registry.review"


def menus(items: list[MenuItem], path: str = "/office/queue/") -> Menus:
    """Menus over given entries."""
    request = request_for(path)
    request.actor = Holder()
    made = Menus(request)
    made.offered = items
    return made


def test_entries_without_the_permission_are_not_shown() -> None:
    items = [
        MenuItem("office", "todo", "a", "/office/queue/", permission="registry.review"),
        MenuItem("office", "todo", "b", "/office/users/", permission="accounts.manage"),
    ]
    assert [item.label for group in menus(items).office for item in group.items] == ["a"]


def test_groups_come_in_their_order_and_empty_ones_are_left_out() -> None:
    items = [
        MenuItem("office", "admin", "z", "/z/"),
        MenuItem("office", "", "home", "/office/"),
        MenuItem("my", "", "m", "/my/"),
    ]
    with translation.override("zh-hans"):
        assert [(group.key, group.label) for group in menus(items).office] == [("", ""), ("admin", "管理")]


def test_the_longest_address_that_begins_the_path_is_current() -> None:
    items = [MenuItem("office", "", "home", "/office/"), MenuItem("office", "todo", "q", "/office/queue/")]
    assert current_of("/office/queue/12/", items) == "/office/queue/"
    assert current_of("/office/", items) == "/office/"
    assert current_of("/office/other/", items) == ""
    assert current_of("/verify/", [MenuItem("public", "", "home", "/")]) == ""


# ---- error pages -----------------------------------------------------------------------------------------------------

PAGES = ("400.html", "403.html", "404.html", "405.html", "429.html", "503.html", "403_csrf.html")


@pytest.mark.parametrize("name", [*PAGES, "ui/refused.html", "ui/stale.html", "ui/session_ended.html"])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_error_pages_say_what_to_do_without_touching_the_database(name: str, language: str) -> None:
    values = {"obstacles": [Obstacle("x", N_("Verify a social worker"))], "back": "/my/", "retry_after": 30}
    with translation.override(language):
        page = render_to_string(name, values, request=request_for())  # no database mark: a query would fail
    assert "<h1>" in page
    assert 'class="btn"' in page
    assert bool(re.search(r"[\u4e00-\u9fff]", page.split("<h1>")[1].split("</h1>")[0])) is (
        language == "zh-hans"
    )


def test_the_last_error_page_needs_no_context_at_all() -> None:
    page = render_to_string("500.html")
    assert "系统出错" in page
    assert 'lang="en"' in page


def test_a_refusal_lists_its_reasons_and_links_to_the_field() -> None:
    obstacles = [
        {"code": "late", "field": "issued_on", "text": "已超过一年", "clause": "民发〔2009〕44号 第九条"}
    ]
    page = render_to_string(
        "ui/refused.html", {"obstacles": obstacles, "back": "/my/x/"}, request=request_for()
    )
    assert '<a href="/my/x/#id_issued_on">已超过一年</a>' in page
    assert "民发〔2009〕44号" in page


# ---- words -----------------------------------------------------------------------------------------------------------


def template_messages() -> set[tuple[str, str | None, str | None]]:
    """(singular, plural, context) of every string in our templates and modules."""
    found: set[tuple[str, str | None, str | None]] = set()
    for path in [*UI.rglob("templates/**/*.html"), *UI.glob("*.py"), *UI.glob("templatetags/*.py")]:
        text = path.read_text()
        for quoted, context in re.findall(
            r"""\{%\s*translate\s+("[^"]+"|'[^']+')(?:\s+context\s+"([^"]+)")?""", text
        ):
            found.add((quoted[1:-1], None, context or None))
        for body in re.findall(r"\{%\s*blocktranslate[^%]*%\}(.*?)\{%\s*endblocktranslate", text, re.DOTALL):
            parts = re.split(r"\{%\s*plural\s*%\}", re.sub(r"\{\{\s*(\w+)\s*\}\}", r"%(\1)s", body))
            found.add((parts[0], parts[1] if len(parts) > 1 else None, None))
        for quoted in re.findall(r"""\b_\(("[^"]+"|'[^']+')\)""", text):
            found.add((quoted[1:-1], None, None))
        if path.name == "menu.py":
            found |= {(word, None, None) for word in re.findall(r'N_\("([^"]+)"\)', text)}
    return found


def test_every_string_of_the_shell_has_chinese_words() -> None:
    messages = template_messages()
    assert len(messages) > 100
    missing = []
    with translation.override("zh-hans"):
        for singular, plural, context in messages:
            if plural:
                said = ngettext(singular, plural, 2)
            else:
                said = pgettext(context, singular) if context else gettext(singular)
            if not re.search(r"[\u4e00-\u9fff：，（]", said):
                missing.append(singular)
    assert missing == []

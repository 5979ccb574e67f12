"""Tale 2: the county officer of Yanji clears ten cases by keyboard; two open the same case and one is told so."""

import pytest

from shegong.duties.registry.models import Application

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
YANJI = 222401000
DESKTOP = {"width": 1440, "height": 900}
NAMES = ["金美玉", "孙立波", "方秋月", "赵雪", "朴正男", "刘思远", "崔英子", "王佳宁", "李成浩", "周文静"]


@pytest.mark.clause("T4.2.a")
def test_ten_cases_are_cleared_by_one_key_each(open_page, make_clerk, make_case):
    for name in NAMES:
        make_case(name)
    page = open_page(DESKTOP, make_clerk("yanji", YANJI, name="王海"))
    page.goto("/office/queue/registration/")
    page.keyboard.press("j")
    page.wait_for_url("**/office/cases/**")
    for name in NAMES[:-1]:
        page.wait_for_selector(f"h1:has-text('{name}')")
        page.keyboard.press("a")
    page.wait_for_selector(f"h1:has-text('{NAMES[-1]}')")
    assert "第 1 / 1 件" in page.inner_text(".dh")
    page.keyboard.press("a")
    page.wait_for_selector("text=全部办完")
    assert Application.objects.filter(state="first_passed").count() == len(NAMES)


def test_keys_are_off_while_typing_and_listed_under_a_question_mark(open_page, make_clerk, make_case):
    token = make_case().application.token
    page = open_page(DESKTOP, make_clerk("yanji", YANJI))
    page.goto(f"/office/cases/{token}/")
    page.fill("#opinion", "")
    page.type("#opinion", "a r j k")
    assert page.input_value("#opinion") == "a r j k" and page.url.endswith(f"/{token}/")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("?")
    listed = page.inner_text("#keys")
    assert "通过并看下一件" in listed and "退回补正" in listed
    assert Application.objects.get().state == "submitted"


def test_the_second_officer_is_told_and_cannot_overwrite(open_page, make_clerk, make_case):
    token = make_case().application.token
    first = open_page(DESKTOP, make_clerk("yanji", YANJI, name="王海"))
    second = open_page(DESKTOP, make_clerk("yanji2", YANJI, name="朴春姬"))
    with first.expect_response(f"**/cases/{token}/desk/"):
        first.goto(f"/office/cases/{token}/")
    second.goto(f"/office/cases/{token}/")
    second.wait_for_selector("#others >> text=王海（延吉市民政局）也打开了本件")
    first.keyboard.press("a")
    first.wait_for_selector("text=已通过")
    second.keyboard.press("a")
    second.wait_for_selector("text=本件已有变化")
    told = second.inner_text("main")
    assert "初审通过" in told and "延吉市民政局 王海" in told
    second.click("text=查看现在的情况")
    second.wait_for_url(f"**/office/cases/{token}/")
    assert "本件目前由其他机关办理" in second.inner_text(".actbar")
    assert Application.objects.get().decisions.count() == 1

"""Tale 3: a citizen scans the code at the door, then checks by number; a wrong name says nothing about who exists."""

import io
import re

import pytest
import zxingcpp
from PIL import Image

PHONE = {"viewport": {"width": 375, "height": 740}, "java_script_enabled": False}


@pytest.fixture(scope="module")
def registered(world) -> dict[str, dict]:
    """One registration of each status."""
    found: dict[str, dict] = {}
    for row in world.objects["registrations"]:
        found.setdefault(row["status"], row)
    return found


@pytest.fixture
def phone(chromium, world):
    """A phone that was never here: no cookies, no scripts, an address of its own."""
    context = chromium.new_context(**PHONE, extra_http_headers={"X-Forwarded-For": "198.51.100.7"})
    yield context.new_page()
    context.close()


def check(page, world, number: str, name: str) -> str:
    """Type number and name, as somebody does; what the page then says."""
    page.goto(f"{world.url}/verify/")
    page.fill("#no", number)
    page.fill("#name", name)
    page.click("form:has(#no) button")
    return page.inner_text("main")


def said(text: str, *typed: str) -> str:
    """The page without what was typed and without the minute."""
    for one in typed:
        text = text.replace(one, "…")
    return re.sub(r"\d{4}年\d+月\d+日 \d\d:\d\d", "…", text)


@pytest.mark.browser
@pytest.mark.clause("T4.2.e")
def test_the_code_on_the_worker_s_phone_opens_the_truth_on_a_stranger_s(world, visitor, chromium, phone):
    context = chromium.new_context(**PHONE, device_scale_factor=2)
    context.add_cookies(visitor("worker3").cookies())
    card = context.new_page()
    card.goto(f"{world.url}/my/cards/")
    name = card.inner_text(".ecard .name")
    picture = Image.open(io.BytesIO(card.locator(".ecard .code").screenshot()))
    context.close()
    (code,) = zxingcpp.read_barcodes(picture)
    assert code.text.startswith(f"{world.url}/v/")

    answer = phone.goto(code.text)
    shown = phone.inner_text("main")
    assert answer.status == 200 and "登记有效" in shown and name in shown
    assert phone.context.cookies() == []

    number = phone.inner_text("dd.num")
    assert "登记有效" in check(phone, world, number, name)
    assert phone.context.cookies() == []


@pytest.mark.browser
@pytest.mark.clause("T4.2.e")
def test_a_wrong_name_an_unknown_number_and_an_identity_number_get_the_same_answer(world, phone, registered):
    known = registered["registered"]
    identity = "990100198001010017"
    answers = {
        said(check(phone, world, number, name), number, name)
        for number, name in (
            (known["number"], "王小明"),
            ("JL2026999999", known["name"]),
            (identity, known["name"]),
        )
    }
    assert len(answers) == 1
    assert "没有查到" in answers.pop()


@pytest.mark.browser
@pytest.mark.clause("T4.2.e")
@pytest.mark.parametrize(("status", "words"), [
    ("suspended", "登记暂停"), ("cancelled", "登记已注销"), ("revoked", "登记已撤销"), ("lapsed", "登记已过期"), ("expiring", "即将到期"),
])  # fmt: skip
def test_each_status_says_what_to_do(world, phone, registered, status, words):
    row = registered[status]
    for page in (
        lambda: check(phone, world, row["number"], row["name"]),
        lambda: phone.goto(f"{world.url}/v/{row['token']}/"),
    ):
        page()
        shown = phone.inner_text("main")
        assert words in shown and row["name"] in shown
        assert phone.locator(".dots li").count() >= 1
        if status != "expiring":
            assert "请不要把此人当作已登记的社会工作者" in shown


@pytest.mark.browser
def test_a_receipt_keeps_the_answer_and_prints_with_its_code(world, phone, registered):
    row = registered["registered"]
    check(phone, world, row["number"], row["name"])
    phone.click("form[action$='/verify/receipt/'] button >> nth=0")
    assert "/verify/r/" in phone.url
    address, shown = phone.url, phone.inner_text("main")
    assert row["name"] in shown and "登记有效" in shown
    phone.emulate_media(media="print")
    picture = Image.open(io.BytesIO(phone.locator(".qr").screenshot(scale="css")))
    (code,) = zxingcpp.read_barcodes(picture.resize((picture.width * 2, picture.height * 2)))
    assert code.text == address
    assert not phone.locator(".gov").first.is_visible() or phone.locator(".gov").count() == 0


@pytest.mark.clause("T4.2.e")
def test_many_misses_slow_the_one_who_tries_and_never_the_one_who_scans(world, visitor, registered):
    row, limited = registered["registered"], None
    trying = visitor(address="203.0.113.5")
    for n in range(70):
        got = trying.post("/verify/", {"no": f"JL2026{n:06d}", "name": "王小明"}, form="/healthz")
        if got.status == 429:
            limited = got
            break
    assert limited is not None and 55 <= n <= 61
    assert 1 <= int(limited.headers["Retry-After"]) <= 600
    assert "登记有效" in trying.get(f"/v/{row['token']}/").text
    elsewhere = visitor(address="203.0.114.5").post(
        "/verify/", {"no": row["number"], "name": row["name"]}, form="/healthz"
    )
    assert "登记有效" in elsewhere.text

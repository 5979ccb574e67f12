"""Tale 1: a social worker signs up on a phone, registers with photos, corrects a blurred one, shows the certificate."""

import importlib.util
from datetime import timedelta
from pathlib import Path

import pytest
from fixtures.screens import follow, width
from PIL import Image, ImageDraw, ImageFilter

from shegong.duties.registry.models import Application
from shegong.kernel.http import today

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
JILIN, YANBIAN, YANJI = 220000000, 222400000, 222401000
PHONE, DESKTOP = {"width": 375, "height": 812}, {"width": 1440, "height": 900}
MOBILE = "13900000017"


def identity_number():
    spec = importlib.util.spec_from_file_location(
        "world", Path(__file__).parents[1] / "registry" / "conftest.py"
    )
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.number_of(7)


@pytest.fixture
def camera(tmp_path):
    """`camera("certificate", blurred=True)`: a photo as a phone takes it."""

    def take(name, blurred=False):
        picture = Image.new("RGB", (2400, 1800), (188, 196, 204))
        pen = ImageDraw.Draw(picture)
        pen.rectangle((200, 200, 2200, 1600), fill=(236, 236, 230))
        for line in range(12):
            pen.text((300, 300 + 100 * line), f"{name} {line} 0123456789", fill=(20, 20, 20), font_size=70)
        if blurred:
            picture = picture.filter(ImageFilter.GaussianBlur(14))
        file = tmp_path / f"{name}{'-blurred' if blurred else ''}.jpg"
        picture.save(file, "JPEG", quality=92)
        return str(file)

    return take


def fits(page):
    """Nothing on the page is wider than the phone."""
    assert width(page) <= PHONE["width"]


def onward(page):
    """Press the one button that goes on."""
    page.click("main form#form button.btn, .stick .btn")


def upload(page, file):
    page.set_input_files("input[type=file]", file)
    page.wait_for_selector(".shots figure")
    page.click("form#form button.btn")
    page.wait_for_selector("figure.shot")


def sign_up(page, pocket):
    page.goto("/account/code/")
    page.fill("[name=address]", MOBILE)
    page.press("[name=address]", "Enter")
    page.wait_for_selector("[name=code]")
    page.fill("[name=code]", pocket(MOBILE))
    page.press("[name=code]", "Enter")
    page.wait_for_selector("[name=password]")
    page.fill("[name=password]", "correct horse 9")
    page.press("[name=password]", "Enter")
    page.wait_for_url("**/my/**")


def fill_in(page, camera):
    """Every question of the task list, one a page."""
    page.goto("/my/")
    page.click("text=开始")
    follow(page, ".stick >> text=开始")
    fits(page)
    assert "还差 6 步" in page.inner_text("h1")
    page.click(".stick .btn")
    page.fill("[name=name]", "金美玉")
    page.fill("[name=number]", identity_number())
    page.select_option("[name=ethnicity]", label="朝鲜族")
    onward(page)
    page.wait_for_url("**/education/")
    page.select_option("[name=level]", "21")
    page.fill("[name=school_name]", "延边大学")
    onward(page)
    page.wait_for_url("**/certificate/")
    page.check("[name=level][value=social_worker]")
    page.fill("[name=management_no]", "2012 0622 0100 0001 23")
    page.fill("[name=issued_on]", (today() - timedelta(days=60)).strftime("%Y年%m月%d日"))
    onward(page)
    page.wait_for_url("**/workplace/")
    page.check("[name=ground][value=workplace]")
    page.select_option("[name=region]", str(YANJI))
    onward(page)
    page.wait_for_url("**/employer/")
    page.check("[name=employer]")
    page.fill("[name=position]", "社工")
    page.fill("[name=started_on]", "2011-7-1")
    onward(page)
    page.wait_for_url("**/papers/")
    fits(page)
    token = page.url.split("/registration/")[1].split("/")[0]
    for kind in ("identity", "certificate", "photo", "employment"):
        page.goto(f"/my/registration/{token}/papers/{kind}/")
        upload(page, camera(kind, blurred=kind == "certificate"))
        fits(page)
    page.goto(f"/my/registration/{token}/commitment/")
    page.check("[name=agreed]")
    onward(page)
    page.wait_for_url("**/check/")
    fits(page)
    return token


@pytest.mark.clause("T4.2.a")
def test_a_social_worker_registers_by_phone_corrects_one_photo_and_shows_the_certificate(
    open_page, pocket, camera, sign_in, make_clerk
):
    county = make_clerk("yanji", YANJI, name="王海")
    prefecture, province = make_clerk("zhou", YANBIAN), make_clerk("sheng", JILIN)
    phone = open_page(PHONE, has_touch=True)
    sign_up(phone, pocket)
    token = fill_in(phone, camera)
    phone.click("text=确认提交")
    phone.wait_for_url("**/receipt/")
    fits(phone)
    application = Application.objects.get(token=token)
    assert application.number in phone.inner_text("main") and application.state == "submitted"

    desk = open_page(DESKTOP)
    sign_in(desk, county)
    desk.goto("/office/queue/registration/")
    desk.keyboard.press("j")
    desk.wait_for_url("**/office/cases/**")
    desk.keyboard.press("r")
    desk.wait_for_url("**/return/**")
    desk.check("text=证书照片看不清管理号或批准日期，请重拍。")
    desk.click("text=退回并看下一件")
    desk.wait_for_url("**/office/queue/registration/**")

    phone.goto("/my/")
    fits(phone)
    follow(phone, "main .acts .btn")
    assert "证书照片看不清" in phone.inner_text("main")
    phone.goto(f"/my/registration/{token}/")
    links = phone.eval_on_selector_all("main a", "links => links.map(link => link.pathname)")
    asked = {link.removeprefix(f"/my/registration/{token}/") for link in links} - {"withdraw/", "/my/"}
    assert asked == {"papers/", "papers/certificate/"}, "only what was returned can be opened"
    phone.goto(f"/my/registration/{token}/papers/certificate/")
    upload(phone, camera("certificate"))
    phone.goto(f"/my/registration/{token}/check/")
    phone.click("text=确认提交")
    phone.wait_for_url("**/receipt/")
    assert Application.objects.get().number == application.number

    for officer in (county, prefecture, province):
        page = desk if officer is county else open_page(DESKTOP, officer)
        page.goto(f"/office/cases/{token}/")
        page.keyboard.press("a")
        page.wait_for_url("**/office/queue/registration/**")
    page.goto(f"/office/cases/{token}/")
    page.click("text=立即出证")
    page.wait_for_selector("text=已出证")

    application.refresh_from_db()
    phone.goto("/my/")
    phone.click("text=出示登记证书")
    phone.wait_for_selector(f"text={application.certificate.registrations.get().register_no}")
    fits(phone)
    assert "金美玉" in phone.inner_text("main") and phone.locator("main svg").count()
    assert identity_number() not in phone.content()

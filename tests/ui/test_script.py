"""app.js in a real browser, under the real content policy; and that pages work without it."""

import io

import pytest
from fixtures.screens import width
from PIL import Image
from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def page(chromium: Browser) -> Page:
    """A desktop page whose console must stay clean."""
    context = chromium.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    troubles: list[str] = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("console", lambda said: troubles.append(said.text) if "Content Security" in said.text else None)
    yield page
    context.close()
    assert troubles == []


def picture(kind: str) -> dict[str, object]:
    """A large photo as a file to upload: full of detail, or grey and blurred."""
    image = (
        Image.effect_noise((2600, 2000), 80).convert("RGB")
        if kind == "sharp"
        else Image.new("RGB", (2600, 2000), (120, 120, 120))
    )
    out = io.BytesIO()
    image.save(out, "JPEG", quality=95)
    return {"name": "paper.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}


def test_the_error_summary_takes_focus_and_its_links_reach_the_field(page: Page, showcase: str) -> None:
    page.goto(f"{showcase}/form/?bad=1")
    assert page.evaluate("document.activeElement.id") == "errors"
    page.click("#errors a >> nth=0")
    assert page.evaluate("document.activeElement.id") == "id_number"


def test_keys_press_what_they_name_and_rest_while_typing(page: Page, showcase: str) -> None:
    page.goto(f"{showcase}/desk/")
    page.keyboard.press("j")
    assert page.url.endswith("#j")
    page.keyboard.press("/")
    page.keyboard.type("kka?")
    assert page.input_value("[name=q]") == "kka?"
    assert page.url.endswith("#j")
    assert page.query_selector("#keys") is None


def test_the_question_mark_lists_the_keys_and_they_can_be_turned_off(page: Page, showcase: str) -> None:
    page.goto(f"{showcase}/desk/")
    page.keyboard.press("?")
    assert "通过并看下一件" in page.inner_text("#keys")
    page.click("#keys button")
    page.keyboard.press("j")
    assert not page.url.endswith("#j")


def test_a_photo_is_shrunk_to_a_megabyte_before_it_is_sent(page: Page, showcase: str) -> None:
    page.goto(f"{showcase}/form/")
    photo = picture("sharp")
    assert len(photo["buffer"]) > 1_500_000
    page.set_input_files("#id_photo", photo)
    page.wait_for_selector(".shots img")
    # Shrinking goes on after the preview; the content policy forbids the library's own waiting.
    for _ in range(50):
        size = page.evaluate("() => document.getElementById('id_photo').files[0].size")
        if size < 1_000_000:
            break
        page.wait_for_timeout(100)
    assert size < 1_000_000
    assert page.locator(".shots img").count() == 1


def test_a_blurred_photo_is_named_as_such(page: Page, showcase: str) -> None:
    page.goto(f"{showcase}/form/")
    page.set_input_files("#id_photo", picture("blurred"))
    page.wait_for_selector(".shots figcaption")
    assert "可能模糊" in page.inner_text(".shots")


def test_a_double_click_sends_one_form(page: Page, showcase: str) -> None:
    page.goto(f"{showcase}/desk/")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    page.evaluate("() => { const b = document.querySelector('[data-key=a]'); b.click(); b.click(); }")
    page.wait_for_load_state("networkidle")
    assert len(sent) == 1


@pytest.mark.parametrize("mode", ["", "&mode=elder", "&lang=en"])
@pytest.mark.parametrize(
    "name", ["form", "my", "receipt", "register", "desk", "organisation", "cockpit", "home"]
)
def test_no_page_is_wider_than_a_phone(chromium: Browser, showcase: str, name: str, mode: str) -> None:
    context = chromium.new_context(viewport={"width": 375, "height": 812})
    page = context.new_page()
    page.goto(f"{showcase}/{name}/?bad=1{mode}")
    assert width(page) <= 375
    context.close()


def test_menus_and_fields_work_without_script(chromium: Browser, showcase: str) -> None:
    context = chromium.new_context(viewport={"width": 375, "height": 812}, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{showcase}/form/")
    page.click(".menu summary")
    assert page.is_visible(".menu .pane a >> nth=0")
    assert page.is_visible("#id_photo")
    context.close()

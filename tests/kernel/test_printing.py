"""PDFs say what went in, rare characters included; QR codes can be scanned."""

import secrets
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pypdfium2
import pytest
import zxingcpp
from PIL import Image, ImageDraw

from shegong.kernel import printing

TEMPLATE = """#let data = json(bytes(sys.inputs.data))
#set text(font: data.sans)
#data.name"""


@pytest.fixture
def template(tmp_path) -> Path:
    path = tmp_path / "small.typ"
    path.write_text(TEMPLATE)
    return path


def words_of(document: bytes) -> str:
    with pypdfium2.PdfDocument(document) as pdf:
        return pdf[0].get_textpage().get_text_range()


def drawn(svg: str, scale: int) -> Image.Image:
    """The code as pixels, read from the SVG's own path commands."""
    side = int(svg.split('viewBox="0 0 ')[1].split()[0])
    picture = Image.new("L", (side * scale, side * scale), 255)
    pen = ImageDraw.Draw(picture)
    for run in svg.split('d="')[2].split('"')[0].removeprefix("M").split("M"):
        at, rest = run.split("h", 1)
        x, y = map(int, at.split())
        length = int(rest.split("v")[0])
        pen.rectangle([x * scale, y * scale, (x + length) * scale - 1, (y + 1) * scale - 1], fill=0)
    return picture


@pytest.mark.parametrize("name", ["林晓岚", "䶮㛃", "𬍛𣸣", "努尔买买提·阿布都热合曼"])
def test_names_with_rare_characters_can_be_read_back(template, name):
    assert name in words_of(printing.pdf(template, {"name": name}))


def test_text_that_looks_like_source_is_only_text(template):
    typed = '"#panic(1) [x] $y$ \\'
    assert typed in words_of(printing.pdf(template, {"name": typed}))


def test_same_data_and_day_give_the_same_bytes(template):
    day = datetime(2013, 6, 30, tzinfo=UTC)
    assert printing.pdf(template, {"name": "林晓岚"}, day) == printing.pdf(template, {"name": "林晓岚"}, day)


def test_threads_get_their_own_document(template):
    names = [f"甲乙{sign}" for sign in "丙丁戊己庚辛壬癸子丑寅卯"]
    with ThreadPoolExecutor(4) as pool:
        documents = list(pool.map(lambda name: printing.pdf(template, {"name": name}), names))
    assert [words_of(document).strip() for document in documents] == names


def test_without_a_chinese_font_the_message_says_what_to_install(monkeypatch):
    class NoChinese:
        def families(self):
            return ["DejaVu Sans"]

    printing.families.cache_clear()
    monkeypatch.setattr(printing, "fonts", NoChinese)
    with pytest.raises(printing.NoFonts, match="fonts-noto-cjk"):
        printing.families()
    printing.families.cache_clear()


def test_every_code_can_be_scanned_and_has_fewer_than_49_modules():
    for _ in range(60):
        address = f"https://shegong.mzt.jl.gov.cn/sgrc/v/{secrets.token_urlsafe(16)}"
        svg = printing.qr_svg(address)
        assert int(svg.split('viewBox="0 0 ')[1].split()[0]) - 2 * printing.QUIET < 49
        assert zxingcpp.read_barcode(drawn(svg, 4)).text == address


def test_a_size_makes_the_code_that_wide():
    assert 'width="240" height="240"' in printing.qr_svg("https://example.cn/v/x", size=240)

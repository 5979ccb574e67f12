"""Papers: what is stored, what is refused and with which words, and how a paper is handed out."""

import io
import re
import zlib
from datetime import date

import pytest
from PIL import Image

from shegong.ground.documents import actions, vault
from shegong.ground.documents.models import FolderItem, file_response
from shegong.ground.documents.rules import TEST_SIGNATURE, file_obstacles
from shegong.kernel import audit
from shegong.kernel.access import SYSTEM
from shegong.kernel.refusal import Refused
from shegong.kernel.sealing import SealError

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 2)


@pytest.fixture(autouse=True)
def own_home(settings, tmp_path):
    settings.SHEGONG_HOME = tmp_path


def photo(size=(600, 400), form="JPEG", **more):
    out = io.BytesIO()
    Image.effect_noise(size, 60).convert("RGB").save(out, form, **more)
    return out.getvalue()


def exif_photo():
    picture = Image.new("RGB", (300, 200), "red")
    exif = picture.getexif()
    exif[0x0112] = 6  # held upright
    exif[0x010F] = "CANARY-MAKER"
    exif.get_ifd(0x8825).update({1: "N", 2: (43.0, 53.0, 0.0)})
    out = io.BytesIO()
    picture.save(out, "JPEG", exif=exif, comment=b"CANARY-COMMENT")
    return out.getvalue()


def pdf(extra=b"", tail=b"%%EOF\n"):
    return b"%PDF-1.7\n1 0 obj <</Type /Catalog " + extra + b">> endobj\ntrailer <</Root 1 0 R>>\n" + tail


@pytest.fixture
def folder():
    return actions.open_folder(title="登记", by=SYSTEM, on=DAY)


def add(folder, content, kind="identity_front", filename="IMG_1.jpg"):
    return actions.add_paper(folder, kind=kind, content=content, filename=filename, by=SYSTEM, on=DAY)


def refused_code(folder, content, **more):
    with pytest.raises(Refused) as refused:
        add(folder, content, **more)
    assert not FolderItem.objects.filter(folder=folder).exists()
    return refused.value.obstacles[0].code


def test_a_photo_is_turned_upright_and_loses_place_and_maker(folder):
    content = exif_photo()
    assert b"CANARY-MAKER" in content
    item = add(folder, content)
    stored = actions.read_bytes(item.file)
    assert b"CANARY" not in stored and b"Exif" not in stored
    assert (item.file.width, item.file.height) == (200, 300) == Image.open(io.BytesIO(stored)).size


def test_the_bytes_on_disk_are_sealed_and_notice_a_change(folder):
    item = add(folder, photo())
    path = vault.path_of(item.file.sha256)
    assert b"JFIF" not in path.read_bytes() and path.stat().st_mode & 0o077 == 0
    path.write_bytes(path.read_bytes()[:-1] + b"\0")
    with pytest.raises(SealError):
        actions.read_bytes(item.file)


def test_a_large_photo_is_made_smaller(folder):
    item = add(folder, photo((3000, 1500), quality=20))
    assert (item.file.width, item.file.height) == (2400, 1200)


def test_a_png_with_a_transparent_ground_becomes_white(folder):
    out = io.BytesIO()
    Image.new("RGBA", (40, 40), (0, 0, 0, 0)).save(out, "PNG")
    stored = actions.read_bytes(add(folder, out.getvalue()).file)
    assert Image.open(io.BytesIO(stored)).getpixel((20, 20)) == (255, 255, 255)


def test_what_hides_behind_a_photo_is_not_stored(folder):
    stored = actions.read_bytes(add(folder, photo() + b"<script>alert(1)</script>").file)
    assert b"<script>" not in stored


@pytest.mark.parametrize(
    ("content", "named"),
    [
        (b"<!DOCTYPE html><script>alert(1)</script>", "a web page (HTML)"),
        (b"\xef\xbb\xbf <HTML><body>", "a web page (HTML)"),
        (b'<?xml version="1.0"?><!-- x --><svg onload="alert(1)">', "a drawing (SVG)"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "a drawing (SVG)"),
        (b"PK\x03\x04....", "a ZIP archive or an Office file"),
        (b"MZ\x90\x00", "a program"),
        (b"\x00\x00\x00\x18ftypheic", "a HEIC picture"),
    ],
)
def test_a_disguised_file_is_refused_with_what_it_is(folder, content, named):
    assert [(o.code, o.params["what"]) for o in file_obstacles(content)] == [("file_disguised", named)]
    assert refused_code(folder, content, filename="身份证.jpg") == "file_disguised"


def test_other_bad_files_are_refused_each_with_its_cause(folder):
    assert refused_code(folder, b"") == "file_empty"
    assert refused_code(folder, b"just text") == "file_kind"
    assert refused_code(folder, photo()[:900]) == "file_damaged"
    assert refused_code(folder, b"\xff\xd8\xff" + b"0" * (4 * 1024 * 1024)) == "file_size"
    assert refused_code(folder, b"%PDF-1.7" + b"0" * (8 * 1024 * 1024)) == "file_size"
    assert refused_code(folder, photo() + TEST_SIGNATURE) == "file_harmful"
    assert refused_code(folder, photo(), kind="../x") == "paper_kind"


def test_a_small_file_that_unfolds_to_a_huge_picture_is_refused_before_decoding(folder):
    out = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(out, "PNG")
    assert len(out.getvalue()) < 100_000
    assert refused_code(folder, out.getvalue()) == "file_pixels"


@pytest.mark.parametrize(
    "extra",
    [
        b"/OpenAction <</S /JavaScript /JS (app.alert(1))>>",
        b"/S /J#61vaScript",
        b"/S/Launch",
        b"/EmbeddedFiles 3 0 R",
    ],
)
def test_a_pdf_with_active_content_is_refused(folder, extra):
    assert refused_code(folder, pdf(extra)) == "pdf_active"


def test_active_content_inside_a_compressed_object_stream_is_found(folder):
    packed = zlib.compress(b"2 0 <</S /JavaScript /JS (app.alert(1))>>")
    stream = b"/X 1>> endobj 5 0 obj <</Type /ObjStm /N 1 /First 4>> stream\n" + packed + b"\nendstream"
    assert refused_code(folder, pdf(stream)) == "pdf_active"


def test_a_locked_or_incomplete_pdf_is_refused(folder):
    assert refused_code(folder, pdf(b"/Encrypt 9 0 R")) == "pdf_locked"
    assert refused_code(folder, pdf(tail=b"")) == "pdf_damaged"


def test_a_plain_pdf_is_kept_as_it_is(folder):
    assert actions.read_bytes(add(folder, pdf(), kind="certificate").file) == pdf()


def test_the_same_paper_twice_is_one_paper(folder):
    content = photo()
    assert add(folder, content) == add(folder, content)


def test_removing_keeps_the_row(folder):
    item = actions.remove_paper(add(folder, photo()), by=SYSTEM, on=DAY)
    assert item.removed_at is not None and list(FolderItem.objects.filter(folder=folder).present()) == []
    assert actions.read_bytes(item.file)
    assert actions.remove_paper(item, by=SYSTEM, on=DAY).removed_at == item.removed_at


def test_a_file_name_cannot_carry_folders_or_direction_marks(folder):
    assert add(folder, photo(), filename="..\\..\\证书\u202egpj.exe").title == "证书gpj.exe"


def test_the_scanner_of_the_installation_decides(folder, settings):
    settings.SCAN_COMMAND = "false"
    assert refused_code(folder, photo()) == "file_harmful"
    settings.SCAN_COMMAND = "/nowhere/scanner"
    assert refused_code(folder, photo()) == "scan_down"
    settings.SCAN_COMMAND = "true"
    assert add(folder, photo()).file.scan_result == "clean"


def test_a_paper_is_handed_out_so_that_nothing_can_run(folder):
    item = add(folder, photo((900, 900)))
    small, full = file_response(item, "thumbnail"), file_response(item)
    assert Image.open(io.BytesIO(small.content)).size == (320, 320)
    assert full["Content-Type"] == "image/jpeg" and full["X-Content-Type-Options"] == "nosniff"
    assert full["Cache-Control"] == "private, no-store"
    assert re.fullmatch(r"inline; filename\*=UTF-8''[a-z_]+-\d+\.jpg", full["Content-Disposition"])
    assert file_response(add(folder, pdf(), kind="certificate"))["Content-Disposition"].startswith(
        "attachment"
    )


@pytest.mark.django_db(transaction=True)
def test_the_audit_explains_every_paper(folder):
    actions.remove_paper(add(folder, photo()), by=SYSTEM, on=DAY)
    assert [f for f in audit.verify() if f.where.startswith("documents_")] == []

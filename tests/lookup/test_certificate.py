"""The printed certificate and the public page belong together."""

from urllib.parse import urlsplit

import pypdfium2
import pytest
import zxingcpp
from django.conf import settings

from shegong.duties.registry.printing import certificate_pdf, certificate_qr_svg, certificates_pdf
from shegong.ground.organizations.models import Organization
from shegong.kernel.access import SYSTEM
from shegong.work.employment import actions as employment

LONG = (
    "延吉市北山街道社会救助服务中心暨北山街道社会工作服务站（延边朝鲜族自治州残疾人康复与职业培训指导中心）"
)


def words_of(document: bytes, page: int = 0) -> str:
    with pypdfium2.PdfDocument(document) as pdf:
        return pdf[page].get_textpage().get_text_range().replace("\r\n", "").replace(" ", "")


def scanned(document: bytes) -> str:
    with pypdfium2.PdfDocument(document) as pdf:
        return zxingcpp.read_barcode(pdf[0].render(scale=2).to_pil().convert("L")).text


@pytest.mark.parametrize("name", ["林晓", "䶮𬍛", "㛃𣸣敏", "努尔买买提·阿布都热合曼"])
def test_a_certificate_says_what_the_register_holds(make, name):
    known = make(name=name)
    words = words_of(certificate_pdf(known.registration, known.card))
    assert name in words
    for said in (
        "JL2012000001",
        "社会工作师",
        "延吉市民政局",
        "首次登记",
        "登记机关盖章处",
        "吉林省延边州延吉市",
    ):
        assert said in words


def test_the_qr_on_paper_opens_the_public_page_of_this_card(make, client):
    known = make()
    address = scanned(certificate_pdf(known.registration, known.card))
    assert address.startswith(settings.PUBLIC_URL)
    assert "林晓岚" in client.get(urlsplit(address).path).content.decode()


def test_a_copied_qr_shows_whose_it_is(make, client):
    make(name="王小明", number="JL2012000002")
    known = make()
    page = client.get(
        urlsplit(scanned(certificate_pdf(known.registration, known.card))).path
    ).content.decode()
    assert "林晓岚" in page
    assert "王小明" not in page


def test_a_long_employer_takes_two_lines_and_the_page_stays_one(make):
    known = make()
    body = Organization.objects.create(kind="service_centre", region_code=222401000, name=LONG)
    employment.declare_employment(
        known.person, employer=body, region_code=222401000, position="社工", service_field="relief",
        start=known.registration.admitted_on, by=SYSTEM, on=known.registration.admitted_on,
    )  # fmt: skip
    document = certificate_pdf(known.registration, known.card)
    with pypdfium2.PdfDocument(document) as pdf:
        assert len(pdf) == 1
        assert [round(side) for side in pdf[0].get_size()] == [842, 595]
    assert LONG in words_of(document)


def test_no_certificate_carries_an_identity_number_or_another_page_of_somebody_else(make):
    one, other = make(), make(name="王小明", number="JL2012000002")
    document = certificates_pdf([(one.registration, one.card), (other.registration, other.card)])
    assert "王小明" not in words_of(document, 0)
    assert "林晓岚" not in words_of(document, 1)


def test_the_same_card_gives_the_same_bytes(make):
    known = make()
    first, second = (certificate_pdf(known.registration, known.card) for _ in range(2))
    assert first == second


def test_the_code_on_the_screen_is_that_of_the_card(make):
    known = make()
    assert 'width="200"' in certificate_qr_svg(known.card, 200)

"""Public verification as a citizen meets it, through the whole stack and through the thin path."""

import re
from datetime import timedelta
from io import BytesIO

import pytest
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from shegong.duties.lookup.models import Enquiry
from shegong.duties.lookup.rules import MISSES
from shegong.kernel.throttle import Throttle

pytestmark = pytest.mark.clause("T4.2.e")
ANSWERS = [
    ({}, "登记有效"),
    ({"left": 30}, "登记有效，即将到期"),
    ({"left": -5}, "登记已过期"),
    ({"suspended": True}, "登记暂停"),
    ({"closed": "cancelled"}, "登记已注销"),
    ({"closed": "revoked"}, "登记已撤销"),
    ({"closed": "superseded"}, "已由更高级别登记取代"),
]


def text(response) -> str:
    return response.content.decode()


def heading(response) -> str:
    return re.search(r'<h2 id="answer">(.*?)</h2>', text(response))[1]


@pytest.mark.parametrize(("facts", "says"), ANSWERS)
def test_number_and_name_give_the_state_of_the_registration_and_what_to_do(make, ask, facts, says):
    make(**facts)
    response = ask("JL2012000001", "林晓岚")
    assert response.status_code == 200
    assert heading(response) == says
    assert "现在怎么办" in text(response)
    assert "延吉市民政局" in text(response)
    assert "吉林省延边州延吉市" in text(response)


@pytest.mark.parametrize(("facts", "says"), ANSWERS)
def test_the_qr_tells_the_same(make, client, facts, says):
    card = make(**facts).card
    assert heading(client.get(f"/v/{card.serial}")) == says


def test_a_wrong_name_and_an_unknown_number_get_the_same_page(make, ask):
    make()
    wrong_name = text(ask("JL2012000001", "王小明"))
    unknown = text(ask("JL2012000009", "王小明"))
    assert heading(ask("JL2012000001", "王小明")) == "没有查到"
    assert wrong_name.replace("JL2012000001", "N") == unknown.replace("JL2012000009", "N")


def test_a_wrong_name_and_an_unknown_number_cost_the_same_queries(make, ask):
    make()
    with CaptureQueriesContext(connection) as one:
        ask("JL2012000001", "王小明")
    with CaptureQueriesContext(connection) as other:
        ask("ZZ", "王小明")
    assert len(one) == len(other)


def test_an_identity_number_is_no_key(make, ask):
    make()
    identity, unknown = "990101198503010016", "990101198503019999"
    pages = [text(ask(number, "林晓岚")).replace(number, "N") for number in (identity, unknown)]
    assert pages[0] == pages[1]


def test_no_answer_carries_anything_that_is_not_public(make, ask):
    known = make()
    page = text(ask(known.number, known.name))
    assert known.registration.certificate.management_no not in page
    assert known.card.serial not in page


@pytest.mark.parametrize("typed", ["ｊｌ２０１２０００００１", " jl 2012000001 "])
def test_full_width_lower_case_and_spaces_are_put_right(make, ask, typed):
    make()
    assert heading(ask(typed, " 林　晓岚")) == "登记有效"


def test_a_rare_name_with_a_dot_is_found_by_any_dot(make, ask):
    make(name="努尔·䶮𬍛")
    assert heading(ask("JL2012000001", "努尔•䶮𬍛")) == "登记有效"


def test_what_was_typed_is_escaped_and_still_there(ask, db):
    page = text(ask('"><script>x', "<b>林"))
    assert "<script>x" not in page
    assert "&quot;&gt;&lt;script&gt;x" in page
    assert "&lt;b&gt;林" in page


@pytest.mark.parametrize("typed", [{}, {"no": " ", "name": "林晓岚"}, {"no": "JL1", "name": ""}])
def test_an_empty_field_is_told_with_a_link_to_it(client, db, typed):
    response = client.post("/verify/", typed)
    assert response.status_code == 422
    assert 'role="alert"' in text(response)
    missing = "no" if not typed.get("no", "").strip() else "name"
    assert f'href="#{missing}"' in text(response)


@pytest.mark.parametrize(
    "nonsense", ["\x00", "\ud800".encode("utf-8", "surrogatepass"), "9" * 5000, "𠮷" * 300, "%s%(x)s"]
)
def test_nonsense_is_no_match_and_no_error(make, ask, nonsense):
    make()
    for response in (ask("x", nonsense), ask(nonsense, "林晓岚")):
        assert response.status_code in (
            200,
            422,
        )  # 422: what no database can keep is refused at the front door
        assert "登记有效" not in text(response)


def test_a_name_in_the_address_is_not_read(make, client):
    make()
    page = text(client.get("/verify/?no=JL2012000001&name=林晓岚"))
    assert "登记有效" not in page
    assert "JL2012000001" not in page


def test_nobody_needs_a_cookie_and_nobody_gets_one(make, ask):
    make()
    assert not ask("JL2012000001", "林晓岚").cookies


def test_reading_leaves_no_row(make, ask, client):
    card = make().card
    client.get(f"/v/{card.serial}")
    ask("JL2012000001", "林晓岚")
    assert not Enquiry.objects.exists()


def test_an_unknown_code_says_that_the_certificate_may_be_forged(client, places):
    response = client.get("/v/AAAAAAAAAAAAAAAAAAAAAA")
    assert response.status_code == 404
    assert "伪造" in text(response)


@pytest.mark.parametrize("nonsense", ["%00", "x" * 3000, "%F0%9F%98%80", "a%27--", "..%2f"])
def test_nonsense_in_an_address_is_not_found(client, places, nonsense):
    for where in (f"/v/{nonsense}", f"/v/{nonsense}/", f"/verify/r/{nonsense}/"):
        assert client.get(where).status_code in (404, 422)
    assert client.post("/verify/receipt/", {"serial": nonsense}).status_code == 200


@pytest.mark.parametrize("path", ["/v/%00", "/verify/r/%00/"])
def test_a_zero_byte_is_not_found_on_the_thin_path(db, no_closing, path):
    assert through_the_thin_path("GET", path)[0] == "404"


def test_a_replaced_certificate_does_not_pass_for_the_current_one(make, client):
    card = make().card
    card.replaced_at = timezone.now()
    card.save()
    assert heading(client.get(f"/v/{card.serial}")) == "本证已换发"


def test_many_misses_from_one_network_wait_and_others_do_not(make, client, ask):
    known = make()
    for n in range(MISSES):
        assert ask(f"JL{n}", "王小明", REMOTE_ADDR="203.0.113.5").status_code == 200
    refused = ask("JL9", "王小明", REMOTE_ADDR="203.0.113.99")
    assert refused.status_code == 429
    assert int(refused["Retry-After"]) > 0
    assert 'value="JL9"' in text(refused)
    assert ask(known.number, known.name, REMOTE_ADDR="203.0.113.5").status_code == 429
    assert ask(known.number, known.name, REMOTE_ADDR="198.51.100.1").status_code == 200
    assert client.get(f"/v/{known.card.serial}", REMOTE_ADDR="203.0.113.5").status_code == 200


def test_whoever_types_what_stands_on_certificates_is_never_slowed(make, ask):
    known = make()
    assert {ask(known.number, known.name).status_code for _ in range(MISSES + 20)} == {200}
    assert not Throttle.objects.exists()


def test_when_misses_cannot_be_counted_the_answer_still_comes(make, ask, monkeypatch):
    make()
    monkeypatch.setattr("shegong.kernel.throttle.HIT", "SELECT 1/0")
    with connection.cursor() as cursor:
        cursor.execute("SAVEPOINT before_the_fault")
    response = ask("JL9", "王小明")
    with connection.cursor() as cursor:
        cursor.execute("ROLLBACK TO before_the_fault")
    assert response.status_code == 200


@pytest.mark.parametrize("by", ["number", "scan"])
def test_a_receipt_keeps_the_answer_of_its_moment(make, client, by):
    known = make()
    typed = {"no": known.number, "name": known.name} if by == "number" else {"serial": known.card.serial}
    response = client.post("/verify/receipt/", typed)
    assert response.status_code == 303
    known.registration.closed_on, known.registration.closed_kind = timezone.localdate(), "revoked"
    known.registration.save()
    kept = client.get(response["Location"])
    assert heading(kept) == "登记有效"
    assert "林晓岚" in text(kept)
    assert "<svg" in text(kept)
    assert heading(client.get(f"/v/{known.card.serial}")) == "登记已撤销"
    assert Enquiry.objects.get().kind == ("page" if by == "number" else "qr")


def test_a_later_name_does_not_change_an_old_receipt(make, client):
    known = make()
    where = client.post("/verify/receipt/", {"serial": known.card.serial})["Location"]
    name = known.person.names.get()
    now = timezone.now() + timedelta(seconds=1)
    type(name).objects.filter(pk=name.pk).update(recorded=(name.recorded.lower, now))
    assert "林晓岚" in text(client.get(where))


def test_a_receipt_needs_number_and_name_that_belong_together(make, client):
    known = make()
    response = client.post("/verify/receipt/", {"no": known.number, "name": "王小明"})
    assert heading(response) == "没有查到"
    assert not Enquiry.objects.exists()


def test_a_made_up_receipt_does_not_open(client, db):
    response = client.get("/verify/r/AAAAAAAAAAAAAAAAAAAAAA/")
    assert response.status_code == 404
    assert heading(response) == "没有此回执"


@pytest.mark.parametrize(("facts", "says"), ANSWERS)
def test_every_answer_is_complete_in_english(make, client, facts, says):
    known = make(**facts)
    page = text(client.get(f"/v/{known.card.serial}?lang=en"))
    main = page[page.index("<main") : page.index("</main>")]
    for chinese in (known.name, "延吉市民政局", "吉林省延边州延吉市"):
        main = main.replace(chinese, "")
    assert not re.search("[\u4e00-\u9fff]", main)
    assert says not in page


def through_the_thin_path(method: str, path: str, body: bytes = b""):
    from shegong.config.wsgi import application

    environ = (
        RequestFactory().generic(method, path, body, content_type="application/x-www-form-urlencoded").environ
    )
    environ["wsgi.input"] = BytesIO(body)
    got = {}
    page = b"".join(
        application(environ, lambda status, headers: got.update(status=status, headers=dict(headers)))
    )
    return got["status"][:3], got["headers"], page.decode()


@pytest.fixture
def no_closing(monkeypatch):
    """The server closes old connections after a request; the test's own one must stay."""
    from django.core import signals
    from django.db import close_old_connections

    signals.request_started.disconnect(close_old_connections)
    signals.request_finished.disconnect(close_old_connections)
    yield
    signals.request_started.connect(close_old_connections)
    signals.request_finished.connect(close_old_connections)


def test_the_thin_path_gives_the_same_page_with_the_same_protection(make, client, no_closing):
    card = make().card
    status, headers, page = through_the_thin_path("GET", f"/v/{card.serial}")
    whole = client.get(f"/v/{card.serial}")
    assert status == "200"
    assert page == text(whole)
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in headers


def test_the_thin_path_asks_the_database_once(make, no_closing):
    card = make().card
    through_the_thin_path("GET", f"/v/{card.serial}")
    with CaptureQueriesContext(connection) as queries:
        through_the_thin_path("GET", f"/v/{card.serial}")
    assert len(queries) == 1


def test_an_address_that_is_none_of_ours_is_404_on_the_thin_path_too(db, no_closing):
    assert through_the_thin_path("GET", "/verify/zzz/zzz/")[0] == "404"


@pytest.mark.parametrize(
    ("prefix", "path", "goes", "seen"),
    [
        ("", "/v/x", "thin", "/v/x"),
        ("", "/verify/", "thin", "/verify/"),
        ("", "/verifying/", "whole", "/verifying/"),
        ("/sgrc", "/sgrc/v/x", "thin", "/v/x"),
        ("/sgrc", "/v/x", "thin", "/v/x"),
        ("/sgrc", "/sgrc/office/", "whole", "/office/"),
        ("/sgrc", "/sgrcother/v/", "whole", "/sgrcother/v/"),
    ],
)
def test_the_path_chooses_the_handler_under_any_prefix(prefix, path, goes, seen):
    from shegong.config.wsgi import dispatch

    environ = {"PATH_INFO": path}
    chosen = dispatch(lambda e, s: ["whole"], lambda e, s: ["thin"], prefix)
    assert chosen(environ, None) == [goes]
    assert environ["PATH_INFO"] == seen


def test_the_first_page_shows_counted_figures(make, client):
    from django.core.cache import cache

    cache.clear()
    make()
    make(name="王小明", number="JL2012000002", closed="revoked")
    make(name="李小明", number="JL2012000003", suspended=True)
    make(name="赵小明", number="JL2012000004", left=-200)
    page = text(client.get("/"))
    assert 'action="/verify/"' in page
    assert re.search(r"目前登记有效</h3><p class=\"v\">1 <small>", page)


def test_search_engines_stay_away_from_answers(client):
    assert "Disallow: /v/" in text(client.get("/robots.txt"))

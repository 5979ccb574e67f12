"""Tale 4: the neighbouring county's officer cannot see, guess, export or change any of it."""

import json
import re
from urllib.parse import quote

import pytest

YANJI, TUMEN = 222401000, 222402000


@pytest.fixture(scope="module")
def theirs(world) -> dict[str, list]:
    """What belongs to 延吉: tokens and ids of every kind, and the names that must not be read in 图们."""
    rows = world.rows
    people = "SELECT person_id FROM registry_application WHERE region_code = 222401000"
    return {
        "cases": [t for (t,) in rows("SELECT token FROM registry_application WHERE region_code = 222401000 AND submitted_at IS NOT NULL ORDER BY id")],
        "items": [i for (i,) in rows("SELECT i.id FROM documents_folderitem i JOIN registry_application a ON a.folder_id = i.folder_id WHERE a.region_code = 222401000 ORDER BY 1 LIMIT 3")],
        "people": [t for (t,) in rows(f"SELECT token FROM people_person WHERE id IN ({people}) ORDER BY id LIMIT 4")],
        "identities": [i for (i,) in rows(f"SELECT id FROM people_identity WHERE person_id IN ({people}) ORDER BY id LIMIT 4")],
        "certificates": [i for (i,) in rows(f"SELECT id FROM credentials_certificate WHERE person_id IN ({people}) ORDER BY id LIMIT 2")],
        "jobs": [i for (i,) in rows(f"SELECT id FROM employment_employment WHERE person_id IN ({people}) ORDER BY id LIMIT 2")],
        "registrations": [(i, n) for i, n in rows("SELECT id, register_no FROM registry_registration WHERE region_code = 222401000 ORDER BY id")],
        "names": [n for (n,) in rows(f"SELECT name FROM people_personname WHERE person_id IN ({people}) AND name NOT IN"
                                     " (SELECT name FROM people_personname n JOIN people_tie t ON t.person_id = n.person_id WHERE t.region_code = 222402000)")],
    }  # fmt: skip


def leaks(answer, theirs) -> list[str]:
    """Names, case numbers and register numbers of 延吉 in what came back."""
    text = answer.text or answer.body.decode(errors="replace")
    found = [name for name in theirs["names"] if name in text]
    found += re.findall(r"ZC-222401-\d{4}-\d{5}", text)
    return found + [number for _id, number in theirs["registrations"] if number in text]


def office_addresses(theirs) -> list[str]:
    """Every page of the office about one thing of 延吉."""
    case, person = theirs["cases"], theirs["people"]
    pages = [f"/office/cases/{t}/{what}" for t in case[:6] for what in ("", "return/", "fail/", "recall/")]
    pages += [f"/office/cases/{t}/files/{i}/" for t in case[:2] for i in theirs["items"]]
    pages += [
        f"/office/people/{t}/{what}"
        for t in person
        for what in (
            "",
            "name/",
            "particulars/",
            "skills/",
            "work/new/",
            "education/new/",
            "certificates/new/",
        )
    ]
    pages += [
        f"/office/people/{t}/identities/{i}/" for t, i in zip(person, theirs["identities"], strict=False)
    ]
    pages += [
        f"/office/people/{person[0]}/certificates/{i}/{what}"
        for i in theirs["certificates"]
        for what in ("", "check/")
    ]
    pages += [f"/office/people/{person[0]}/work/{i}/" for i in theirs["jobs"]]
    pages += [f"/api/applications/{t}" for t in case[:4]]
    return pages + [f"/api/registrations/{n}" for _id, n in theirs["registrations"][:3]]


@pytest.mark.clause("T4.2.a")
def test_pages_about_the_neighbour_s_things_do_not_exist(world, visitor, theirs):
    tumen = visitor("tumen")
    own = visitor("yanji")  # for their own officer they do, and the names that are looked for are there
    assert own.get(f"/office/cases/{theirs['cases'][-1]}/").status == 200
    assert leaks(own.get("/office/people.csv?status="), theirs) and leaks(
        own.get("/api/applications"), theirs
    )
    for address in office_addresses(theirs):
        got = tumen.get(address)
        assert (got.status, leaks(got, theirs)) == (404, []), address


@pytest.mark.clause("T4.2.a")
def test_lists_files_searches_and_saved_views_stop_at_the_county_s_border(world, visitor, theirs):
    tumen, asked = visitor("tumen"), []
    for region in (
        "",
        "region=222401",
        "region=222401000",
        "region=222400",
        "region=222400@reporting",
        "region=220000",
    ):
        for place in ("/office/people", "/office/applications", "/office/queue/registration"):
            more = "&tab=all&status=" if "queue" in place else "&status="
            asked += [f"{place}/?{region}{more}"] + [
                f"{place}.{form}?{region}{more}" for form in ("csv", "json")
            ]
    asked += [f"/office/people/?card={i}" for i, _n in theirs["registrations"][:4]]
    asked += [f"/office/people/?status=&q={n}" for _i, n in theirs["registrations"][:2]]
    asked += [f"/office/people.json?status=&pick={i}&only=picked" for i, _n in theirs["registrations"][:4]]
    asked += [f"/office/search/?q={quote(name)}" for name in theirs["names"][:3]]
    asked += [
        "/office/",
        "/api/applications",
        f"/office/queue/registration/bulk/?pick={theirs['cases'][-1]}.1",
    ]
    for address in asked:
        found = leaks(tumen.get(address), theirs)
        echoed = [one for one in found if quote(one) in address or one in address]  # what he typed himself
        assert sorted(set(found)) == sorted(set(echoed)), address


@pytest.mark.clause("T4.2.a")
def test_no_method_changes_anything_of_theirs(world, visitor, theirs):
    tumen, before = visitor("tumen"), world.digests()
    typed = {
        "version": 1,
        "opinion": "同意",
        "reason": "x",
        "reason_code": "no_certificate",
        "name": "别人",
        "confirm": "on",
    }
    for address in office_addresses(theirs):
        if not address.startswith("/api/"):
            got = tumen.post(address, typed, form="/office/search/")
            # A POST to a page that only reads is refused before it is looked up.
            assert got.status in (404, 403, 405), (address, got.status)
    for token in theirs["cases"][:5]:
        for step in ("pass", "accept", "issue", "desk"):
            got = tumen.post(f"/office/cases/{token}/{step}/", typed, form="/office/people/")
            assert got.status == 404, (step, got.status)
        for step in ("accept", "pass", "fail", "return"):
            body = json.dumps(
                {
                    "version": 1,
                    "opinion": "同意",
                    "reason_code": "no_certificate",
                    "items": {"paper:certificate": "x"},
                }
            )
            got = tumen.ask("POST", f"/api/applications/{token}/{step}", body.encode(), Content_Type="application/json",
                            X_CSRFToken=token_of(tumen), Origin=world.url)  # fmt: skip
            assert got.status == 404, (step, got.status, got.text)
    assert world.digests() == before


def test_another_site_cannot_write_through_an_officer_s_browser(world, visitor, theirs):
    """Without the token that only our own pages can read, neither a form nor the API does anything."""
    yanji, before = visitor("yanji"), world.digests()
    token = theirs["cases"][-1]
    body = b'{"version": 1, "opinion": "x"}'
    assert (
        yanji.ask("POST", f"/api/applications/{token}/pass", body, Content_Type="application/json").status
        == 403
    )
    for origin in ("https://evil.example", world.url):
        assert (
            yanji.ask("POST", f"/office/cases/{token}/pass/", b"version=1&opinion=x", Origin=origin).status
            == 403
        )
    assert world.digests() == before


@pytest.mark.clause("T4.2.a")
def test_tokens_smuggled_into_a_bulk_decision_are_left_out(world, visitor, theirs):
    tumen = visitor("tumen")
    before = world.rows(
        "SELECT id, state, version FROM registry_application WHERE region_code = 222401000 ORDER BY 1"
    )
    smuggled = [
        f"{t}.{v}"
        for t, v in world.rows(
            "SELECT token, version FROM registry_application WHERE region_code = 222401000 AND state = 'submitted'"
        )
    ]
    got = tumen.post(
        "/office/queue/registration/bulk/", {"pick": smuggled, "opinion": "同意"}, form="/office/people/"
    )
    assert got.status < 500 and leaks(got, theirs) == []
    assert (
        world.rows(
            "SELECT id, state, version FROM registry_application WHERE region_code = 222401000 ORDER BY 1"
        )
        == before
    )


@pytest.mark.clause("T4.2.a")
def test_rights_that_ended_are_gone_at_the_next_request(world, visitor):
    officer = visitor("dunhua")
    assert officer.get("/office/people/").status == 200
    (grant,) = world.rows(
        "SELECT g.id FROM accounts_grant g JOIN accounts_user u USING (person_id) WHERE u.username = 'dunhua'"
    )[0]
    ended = visitor("security5").post(f"/office/grants/{grant}/", {"reason": "调离"})
    assert ended.status == 302, ended.text
    for address in (
        "/office/people/",
        "/office/queue/registration/",
        "/office/people.csv",
        "/api/applications",
        "/office/search/?q=x",
    ):
        assert officer.get(address).status in (302, 403), address
    assert officer.get("/my/").status == 200


def token_of(who) -> str:
    return next(str(c.value) for c in who.jar if c.name == "csrf")

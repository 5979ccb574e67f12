"""Everybody opens every address: nothing breaks, nothing leaks, nothing changes."""

import io
import os
import re
import zipfile
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from types import SimpleNamespace

import pypdfium2
import pytest
from fixtures.canaries import MAIL, STREET
from fixtures.screens import width

VISITORS = (
    "",
    "worker2",
    "worker3",
    "beishan",
    "yanji",
    "yanbian1",
    "final1",
    "leader3",
    "system4",
    "security5",
    "auditor7",
)
PARAMETER = re.compile(r"<(?:(?P<kind>\w+):)?(?P<name>\w+)>")
IDENTITY_NUMBER = re.compile(r"(?<![0-9A-Za-z])99\d{15}[0-9Xx](?![0-9A-Za-z])")
PHONE = re.compile(r"(?<![0-9A-Za-z])1[3-9]\d{9}(?![0-9A-Za-z])")
CANARY = re.compile(rf"\w+@{re.escape(MAIL)}|{STREET}\d")


@pytest.fixture(scope="module")
def routes(world) -> list[dict]:
    """Every route of the product, as `shegong routes --json` lists them."""
    import json

    return json.loads(world.shegong("routes", "--json").stdout)


@pytest.fixture(scope="module")
def samples(world) -> dict[str, list[str]]:
    """Values for the places in addresses, of objects here and there."""

    @cache
    def of(statement: str) -> list[str]:
        return [str(value) for (value,) in world.rows(statement) if value is not None]

    def some(*statements: str) -> list[str]:
        return [value for statement in statements for value in of(statement)]

    cases = some(
        "SELECT DISTINCT ON (region_code, state) token FROM registry_application ORDER BY region_code, state, id"
    )
    return {
        "applications/<token>": cases, "registration/<token>": cases, "cases/<token>": cases,
        "registrations/<register_no>": some("SELECT register_no FROM registry_registration ORDER BY id LIMIT 12"),
        "r/<receipt>": [*some("SELECT receipt FROM lookup_enquiry LIMIT 2"), "unknown"],
        "serial": [*some("SELECT serial FROM registry_card ORDER BY id LIMIT 10"), "x"],
        "form": ["xlsx", "csv", "json", "exe"],
        "org/<code>": [*some("SELECT organization_id FROM accounts_grant WHERE role = 'org_clerk'"), "1", "x"],
        "alerts/<alert>": [*some("SELECT id FROM lookup_alert LIMIT 1"), "999999"],
        "watched/<one>": [*some("SELECT id FROM lookup_watched LIMIT 1"), "999999"],
        "papers/<kind>": [*some("SELECT DISTINCT kind FROM documents_folderitem"), "x"],
        "files/<item>": some("SELECT min(id) FROM documents_folderitem GROUP BY folder_id ORDER BY 1 LIMIT 6"),
        "people/<token>": some("SELECT token FROM people_person WHERE id IN (SELECT person_id FROM registry_registration) ORDER BY id LIMIT 3",
                               "SELECT token FROM people_person WHERE id IN (SELECT person_id FROM registry_registration) ORDER BY id DESC LIMIT 2"),
        "work/<pk>": some("SELECT min(id) FROM employment_employment", "SELECT max(id) FROM employment_employment"),
        "employment/<pk>": [*some("SELECT min(id) FROM employment_confirmation", "SELECT max(id) FROM employment_employment"), "1"],
        "questions/<pk>": [*some("SELECT min(id) FROM employment_confirmation"), "1"],
        "education/<pk>": some("SELECT min(id) FROM credentials_education", "SELECT max(id) FROM credentials_education"),
        "certificates/<pk>": some("SELECT min(id) FROM credentials_certificate", "SELECT max(id) FROM credentials_certificate"),
        "identities/<pk>": some("SELECT min(id) FROM people_identity", "SELECT max(id) FROM people_identity"),
        "section": ["name", "identity", "particulars", "contact", "skills", "x"],
        "inbox/<pk>": some("SELECT min(id) FROM kernel_message GROUP BY person_id"),
        "witness/<name>": ["nobody"],
        "journal/<seq>": [*some("SELECT min(seq) FROM kernel_journalentry", "SELECT max(seq) FROM kernel_journalentry"), "999999999"],
        "requests/<pk>": [*some("SELECT id FROM accounts_grantrequest LIMIT 2"), "1"],
        "grants/<pk>": some("SELECT id FROM accounts_grant ORDER BY id LIMIT 2"),
        "users/<pk>": some("SELECT id FROM accounts_user ORDER BY id LIMIT 2"),
        "organizations/<pk>": [*some("SELECT id FROM organizations_organization WHERE id IN (1, 60, 130)"), "999999"],
        "regions/<code>": ["220000000", "222401000", "222426120", "220381000", "1"],
        "layout": ["roster", "centres", "pass_list", "x"], "number": [*some("SELECT number FROM kernel_batch LIMIT 2"), "x"],
        "exports/<pk>": [*some("SELECT id FROM kernel_export LIMIT 1"), "1"],
        "privacy/requests/<pk>": [*some("SELECT id FROM privacy_request LIMIT 1"), "1"],
        "reports/<pk>": [*some("SELECT id FROM oversight_report ORDER BY id LIMIT 2"), "999999"],
        "acceptance/<pk>": [*some("SELECT id FROM oversight_acceptance LIMIT 1"), "999999"],
        "samples/<pk>": [*some("SELECT id FROM oversight_acceptancesample LIMIT 1"), "999999"],
        "materials/<key>": ["evidence", "x"], "<key>/<item>": ["1"],
        "figures/<pk>": [*some("SELECT id FROM statistics_snapshot ORDER BY id DESC LIMIT 1"), "999999"],
        "documents/<pk>": [*some("SELECT id FROM documents_officialdocument ORDER BY id DESC LIMIT 2"), "999999"],
        "policies/<pk>": [*some("SELECT id FROM documents_policydocument ORDER BY id LIMIT 2"), "999999"],
        "policy/<pk>": [*some("SELECT id FROM documents_policydocument ORDER BY id LIMIT 2"), "999999"],
        "holds/<pk>": [*some("SELECT id FROM privacy_legalhold LIMIT 1"), "1"],
        "duplicates/<pk>": [*some("SELECT id FROM dossier_duplicatecase LIMIT 2"), "999999"],
        "centres/<pk>": [*some("SELECT id FROM centres_centre LIMIT 2"), "1"],
        "transfers/<pk>": [*some("SELECT id FROM organizations_dutytransfer LIMIT 1"), "1"],
        "dispatch/<pk>": [*some("SELECT id FROM oversight_dispatch LIMIT 2"), "1"],
        "returns/<pk>": [*some("SELECT id FROM oversight_dispatchreturn LIMIT 2"), "1"],
        "notices/<pk>": [*some("SELECT id FROM oversight_circular LIMIT 2"), "1"],
        "inspections/<pk>": [*some("SELECT id FROM oversight_inspection LIMIT 2"), "1"],
        "bodies/<pk>": [*some("SELECT id FROM oversight_inspectedbody LIMIT 2"), "1"],
        "model-cases/<pk>": [*some("SELECT id FROM oversight_modelcase LIMIT 2"), "1"],
        "cases/<pk>": [*some("SELECT id FROM oversight_modelcase WHERE state = 'published' LIMIT 2"), "1"],
        "papers/<item>": [*some("SELECT min(id) FROM documents_folderitem"), "1"],
        "annual-plans/<pk>": [*some("SELECT id FROM programme_annualplan ORDER BY id LIMIT 2"), "999999"],
        "split/<pk>": [*some("SELECT id FROM programme_target ORDER BY id LIMIT 2"), "999999"],
        "milestones/<pk>": [*some("SELECT id FROM programme_milestone WHERE indicator = '' ORDER BY id LIMIT 2"), "999999"],
        "plan/<code>": ["220800", "222401", "229900", "1"], "records/<indicator>": ["K-G4", "K-T1", "K-N10", "K-X"],
        "brief/<month>": ["201212", "201313"],
        "items/<pk>": [*some("SELECT min(id) FROM programme_planitem"), "999999"],
        "<pk>/<name>": ["review", "submit", "endorse", "x"], "responsibility/<subplan>": ["6", "9"],
        "<subplan>/<pk>": [*some("SELECT organization_id FROM organizations_duty WHERE duty = 'social_work' LIMIT 2"), "999999"],
        "entered/<pk>": [*some("SELECT id FROM programme_handvalue ORDER BY id LIMIT 2"), "999999"],
        "tasks/<pk>": [*some("SELECT id FROM tasks_task ORDER BY id LIMIT 2"), "999999"],
        "council/<pk>": [*some("SELECT id FROM council_conference ORDER BY id LIMIT 2"), "999999"],
        "meetings/<pk>": [*some("SELECT id FROM council_meeting ORDER BY id LIMIT 2"), "999999"],
        "members/<member>": [*some("SELECT id FROM council_member ORDER BY id LIMIT 2"), "999999"],
        "classes/<number>": [*some("SELECT number FROM education_course ORDER BY id LIMIT 2"), "1"],
        "classes/<class_number>": [*some("SELECT number FROM education_course ORDER BY id LIMIT 2"), "1"],
        "classes/<pk>": [*some("SELECT id FROM education_course ORDER BY id LIMIT 2"), "999999"],
        "half/<half>": [*some("SELECT min(id) FROM education_halfday"), "1"], "scan/<item>": ["1"],
        "providers/<pk>": [*some("SELECT id FROM education_provider ORDER BY id LIMIT 2"), "999999"],
        "lists/<pk>": [*some("SELECT id FROM education_classlist ORDER BY id LIMIT 2"), "999999"],
        "keys/<pk>": ["1"], "skills/<pk>": some("SELECT min(id) FROM people_skill") or ["1"], "devices/<pk>": ["1"],
        "status/<purpose>": ["revocation", "suspension", "x"], "offline/<name>": ["verifier.js", "knowledge.js", "x"],
        "people-hours/<token>": some("SELECT token FROM people_person WHERE id IN (SELECT person_id FROM registry_registration) ORDER BY id LIMIT 2"),
        "hours-study/<pk>": [*some("SELECT min(id) FROM education_studystatement"), "1"],
        "new/<kind>": ["study", "degree", "leave", "x"],
        "hours-waiting/<number>": [*some("SELECT min(id) FROM education_hoursstatement"), "1"],
        "<token>/<number>": [*some("SELECT min(id) FROM education_creditentry"), "1"], "paper/<item>": ["1"],
        "records/<record>": [*some("SELECT min(id) FROM education_creditentry"), "1"],
        "disputes/<pk>": [*some("SELECT min(id) FROM education_dispute"), "1"],
        "findings/<pk>": [*some("SELECT min(id) FROM education_finding"), "1"],
        "records/<pk>": [*some("SELECT min(id) FROM education_spotcheck"), "1"],
        "inquiry/<pk>": [*some("SELECT min(id) FROM registry_closingcase"), "1"],
        "file/<item>": [*some("SELECT min(id) FROM documents_folderitem"), "1"],
        "gaps/<pk>": ["1"], "lapses/<pk>": [*some("SELECT id FROM registry_lapsebatch LIMIT 2"), "1"],
        "services/<pk>": ["1"], "services/<provider_id>": ["provincial"],
        "complaints/<token>": [*some("SELECT token FROM conduct_complaint ORDER BY id LIMIT 3"), "x"],
        "complaints-read/<token>": [*some("SELECT token FROM conduct_complaint WHERE state = 'lodged' LIMIT 1"), "x"],
        "photos/<item>": ["1"], "conduct/<token>": [*some("SELECT token FROM conduct_inquiry LIMIT 2"), "x"],
        "relations/<pk>": ["1"], "relations-over/<pk>": ["1"],
        "evidence/<token>": [*some("SELECT token FROM conduct_evidence LIMIT 1"), "x"],
        "decisions/<number>": [*some("SELECT number FROM conduct_publication LIMIT 2"), "x"],
        "complaint-flags/<pk>": ["1"], "ethics/<version>": ["2012", "x"],
        "new/<name>": ["what", "where", "papers", "contact", "x"],
    }  # fmt: skip


# Objects tried of each route; ten with SHEGONG_LONG_RUN=1.
OBJECTS = 10 if os.environ.get("SHEGONG_LONG_RUN") else 2
# Pages for everybody look alike to everybody who is signed in: one of each kind of visitor opens them.
STRANGERS = ("", "worker2", "yanji")


def addresses(route: dict, samples: dict[str, list[str]], limit: int = OBJECTS) -> Iterator[str]:
    """The route's address with its places filled."""
    path = route["path"]
    if path.startswith("/^v/"):
        path = "/v/<serial>/"
    plain = PARAMETER.sub(r"<\g<name>>", path)
    filled = [plain]
    for name in re.findall(r"<(\w+)>", plain):
        filled = [a.replace(f"<{name}>", v, 1) for a in filled for v in values(plain, name, samples)]
    yield from filled[:: max(1, -(-len(filled) // limit))]


def values(path: str, name: str, samples: dict[str, list[str]]) -> list[str]:
    before = path.split(f"<{name}>")[0].rstrip("/").rpartition("/")[2]
    found = samples.get(f"{before}/<{name}>") or samples.get(name)
    assert found, f"no sample for <{name}> in {path}"
    return found


class Look(HTMLParser):
    """What a page is made of, as far as rules for every page go."""

    def __init__(self, page: str):
        super().__init__()
        self.lang, self.faults, self.tags = "", [], {}
        page = re.sub(
            r'<header class="only-print">.*?</header>', "", page, flags=re.S
        )  # on paper it is the only heading
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags[tag] = self.tags.get(tag, 0) + 1
        if tag == "html":
            self.lang = given.get("lang") or ""
        if tag == "style" or (
            tag == "script" and "src" not in given and given.get("type") != "application/json"
        ):
            self.faults.append(f"inline <{tag}>")
        self.faults += [f"{name} on <{tag}>" for name in given if name == "style" or name.startswith("on")]
        self.faults += [
            f"{tag} {name} {given[name]}"
            for name in ("src", "href")
            if str(given.get(name) or "").lower().startswith(("javascript:", "http://", "https://", "//"))
            and tag in ("script", "link", "img")
        ]


def readable(answer: SimpleNamespace) -> str:
    """What a reader finds in the answer, also in a workbook, an archive or a PDF."""
    if answer.body[:4] == b"PK\3\4":
        with zipfile.ZipFile(io.BytesIO(answer.body)) as parts:
            return "\n".join(parts.read(name).decode(errors="replace") for name in parts.namelist())
    if answer.body[:5] == b"%PDF-":
        paper = pypdfium2.PdfDocument(answer.body)
        return "\n".join(page.get_textpage().get_text_range() for page in paper)
    return answer.text


def leaks(text: str) -> list[str]:
    """Whole numbers, phones, mail addresses and streets of people; masked ones are none."""
    kinds = {"identity number": IDENTITY_NUMBER, "phone": PHONE, "canary": CANARY}
    return [f"{kind} {found[0]}" for kind, pattern in kinds.items() if (found := pattern.search(text))]


def faults(answer: SimpleNamespace, route: dict) -> list[str]:
    """What is wrong with one answer; [] when nothing is."""
    found = []
    if answer.status >= 500:
        found.append(f"status {answer.status}")
    if "Content-Security-Policy" not in answer.headers:
        found.append("no content policy")
    if answer.headers.get("X-Content-Type-Options") != "nosniff":
        found.append("types may be guessed")
    if not route["public"] and "no-store" not in answer.headers.get("Cache-Control", ""):
        found.append("may be cached")
    if not answer.path.endswith("/template/"):  # a workbook to fill in shows an invented row
        found += leaks(readable(answer))
    if answer.kind == "text/html" and answer.text:
        look = Look(answer.text)
        found += look.faults
        if "html" in look.tags:
            found += [
                f"{look.tags.get(tag, 0)} <{tag}>"
                for tag in ("h1", "main", "title")
                if look.tags.get(tag, 0) != 1
            ]
            found += [] if look.lang in ("zh-CN", "zh-Hans", "en") else [f"language {look.lang!r}"]
    return found


def is_reading(route: dict) -> bool:
    """Files of lists leave the record of a reading (docs/adr/0006): looked at apart."""
    return route["path"].endswith(".<str:form>")


# Abuse A5: employer reads applicants' ID / phone / other employers' applicants
@pytest.mark.clause("N0")
@pytest.mark.parametrize("username", VISITORS)
def test_every_page_answers_everybody_without_fault_and_without_effect(
    world, visitor, routes, samples, username
):
    who = visitor(username)
    before, found, answered = world.digests(), [], 0
    for route in routes:
        if "GET" not in route["methods"] or is_reading(route):
            continue
        if route["public"] and username not in STRANGERS:
            continue
        for address in addresses(route, samples):
            answer = who.get(address)
            answered += answer.status == 200
            found += [f"{address}: {answer.status} {fault}" for fault in faults(answer, route)]
            if answer.status == 403:  # no right at all: other objects of this route get the same page
                break
    after = world.digests()
    found += [f"table {name} changed" for name in before if before[name] != after[name]]
    assert not found, "\n".join(found)
    assert answered > 5


@pytest.mark.clause("N0")
def test_files_of_lists_are_readings_and_leave_their_record_only(world, visitor, routes, samples):
    who, before, found = visitor("yanji"), world.digests(), []
    (seq,) = world.rows("SELECT max(seq) FROM kernel_journalentry")[0]
    for route in filter(is_reading, routes):
        for address in addresses(route, samples):
            found += [f"{address}: {fault}" for fault in faults(who.get(address), route)]
    after = world.digests()
    found += [f"table {n} changed" for n in before if before[n] != after[n] and n != "kernel_journalentry"]
    verbs = {verb for (verb,) in world.rows("SELECT verb FROM kernel_journalentry WHERE seq > %s", seq)}
    assert verbs and all(verb.endswith(".export") for verb in verbs)
    assert not found, "\n".join(found)


def test_the_server_s_log_names_nobody(world, visitor):
    """After the pages above, and after typing numbers into pages that refuse them."""
    (number,) = world.rows("SELECT masked FROM people_identity LIMIT 1")[0]
    typed = number.replace("*", "1")
    visitor("yanji").get(f"/office/search/?q={typed}")
    visitor().post("/account/login/", {"name": f"bird0@{MAIL}", "password": "13812345678"})
    visitor().get("/verify/?number=13812345678")
    said = (world.home / "server.log").read_text()
    assert not leaks(said) and typed not in said
    assert not [secret for secret in secrets_of(world) if secret in said]


def secrets_of(world) -> list[str]:
    return [file.read_text().strip() for file in (world.home / "keys").glob("*.key")]


def test_head_answers_as_get_without_a_body(visitor):
    for username, address in (("", "/"), ("", "/verify/"), ("yanji", "/office/people/"), ("yanji", "/my/")):
        got = visitor(username).ask("HEAD", address)
        assert (got.status, got.body) == (200, b""), address


def test_a_method_that_a_route_does_not_declare_is_405(world, visitor, routes, samples):
    """Anything but the declared methods, even for the officer who may open the page; nothing changes."""
    who, before, found = visitor("final1"), world.digests(), []
    for route in routes:
        if route["permission"] not in ("public", "registry.read", "organizations.read", "regions.read"):
            continue
        address = next(addresses(route, samples), "")
        for method in {"PUT", "PATCH", "DELETE", "POST", "GET"} - set(route["methods"]):
            got = who.ask(method, address, b"", X_CSRFToken="x")
            # A POST without its token is turned away before anybody looks at the method.
            if got.status not in ((405, 403) if method != "GET" else (405,)):
                found.append(f"{method} {address}: {got.status}")
    assert not found, "\n".join(found)
    assert world.digests() == before


PAGES = {
    "": ("/", "/verify/", "/v/offline/", "/help/", "/accessibility/", "/offices/", "/account/login/", "/account/code/"),
    "worker2": ("/my/", "/my/registration/", "/my/profile/", "/my/access-log/", "/my/inbox/", "/my/account/"),
    "worker3": ("/my/", "/my/cards/"),
    "yanji": ("/office/", "/office/queue/registration/", "/office/people/", "/office/applications/", "/office/search/",
              "/office/organizations/", "/office/regions/", "/office/calendar/"),
    "leader3": ("/cockpit/", "/cockpit/plan/", "/cockpit/plan/220800/", "/cockpit/records/K-G4/", "/cockpit/brief/201306/"),
    "security5": ("/office/grants/", "/office/grants/propose/"),
    "auditor7": ("/office/journal/",),
    "beishan": ("/org/",),
}  # fmt: skip


@pytest.mark.browser
@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("username", PAGES)
def test_the_main_pages_fit_a_phone(world, visitor, chromium, samples, username, language):
    context = chromium.new_context(viewport={"width": 375, "height": 740}, is_mobile=True, has_touch=True)
    context.add_cookies(visitor(username).cookies())
    page, wide, shown = context.new_page(), [], set()
    case = world.rows(
        "SELECT token FROM registry_application WHERE region_code = 222401000 AND state = 'submitted'"
    )[0][0]
    more = {"yanji": (f"/office/cases/{case}/", f"/office/cases/{case}/return/"), "beishan": ()}.get(
        username, ()
    )
    for address in (*PAGES[username], *more):
        if address == "/org/":
            address = f"/org/{samples['org/<code>'][0]}/"
        page.goto(f"{world.url}{address}?lang={language}")
        shown.add(page.evaluate("document.documentElement.lang"))
        across = width(page)
        if across > 375:
            wide.append(f"{address}: {across} px")
    context.close()
    assert not wide, wide
    assert len(shown) == 1

"""For the sweep: who comes (an account of every role and place) and what lies where (an object of every type).

Whoever adds a route with a new object type or a new name in its path adds how it is filled in here.
"""

import io
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from types import SimpleNamespace
from typing import Any

from allauth.mfa.models import Authenticator
from cryptography.hazmat.primitives.asymmetric import ec
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import timezone
from fido2.cose import ES256
from fido2.utils import sha256, websafe_encode
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData, CollectedClientData
from fixtures.conduct_case import case_of
from PIL import Image
from stdnum.cn.ric import calc_check_digit

from shegong.duties.lookup.models import Alert, Watch, Watched
from shegong.duties.registry import actions as registry
from shegong.duties.registry.models import ClosingCase, LapseBatch, Registration
from shegong.duties.registry.models.policies import registration_policy
from shegong.ground.accounts import actions as accounts
from shegong.ground.accounts.models import BoundIdentity, GrantRequest, SignIn, User
from shegong.ground.credentials import actions as credentials
from shegong.ground.documents.models import (
    Addressee,
    CoSign,
    Folder,
    FolderItem,
    OfficialDocument,
    PolicyDocument,
)
from shegong.ground.organizations.models import Duty, DutyTransfer, Organization
from shegong.ground.people import actions as people
from shegong.ground.regions.models import Region
from shegong.ground.tasks import actions as tasks
from shegong.ground.tasks.models import Task
from shegong.kernel import holidays, messages
from shegong.kernel.access import SYSTEM, Actor
from shegong.kernel.journal import JournalEntry
from shegong.kernel.listing_orders import Export
from shegong.kernel.outages import ServiceGap
from shegong.kernel.sealing import seal
from shegong.kernel.sheets.tables import ORIGINALS, Batch
from shegong.kernel.temporal import days
from shegong.steering.council import actions as council
from shegong.steering.council.models import Member
from shegong.steering.dossier import actions as dossier
from shegong.steering.oversight.models import (
    Acceptance,
    AcceptanceItem,
    AcceptanceMaterial,
    AcceptanceSample,
    Circular,
    CircularRow,
    Dispatch,
    DispatchReturn,
    Finding,
    InspectedBody,
    Inspection,
    ModelCase,
    Panelist,
    Report,
)
from shegong.steering.privacy import actions as privacy
from shegong.steering.programme.models import (
    AnnualPlan,
    EnteredPerson,
    HandValue,
    Milestone,
    PlanItem,
    Programme,
    Responsibility,
    SubPlan,
    Target,
    plan,
)
from shegong.steering.statistics import actions as statistics
from shegong.steering.statistics.models import Snapshot
from shegong.steering.statistics.rules import FigureRow, PersonRow
from shegong.work.centres.models import Centre
from shegong.work.education import actions as education
from shegong.work.education.actions.attending import scan_kind
from shegong.work.education.models import (
    ClassList,
    Course,
    CreditEntry,
    Dispute,
    Draw,
    DrawCandidate,
    HoursStatement,
    Lot,
    SpotCheck,
    StudyStatement,
)
from shegong.work.education.models import Finding as HourFinding
from shegong.work.education.rules.courses import Planned
from shegong.work.employment import actions as employment
from shegong.work.employment.models import Confirmation

JILIN, YANBIAN, BAICHENG = 220000000, 222400000, 220800000
YANJI, TUMEN, DAAN = 222401000, 222402000, 220882000
PLACES = [
    (JILIN, 1, "吉林省", None), (YANBIAN, 2, "延边朝鲜族自治州", JILIN), (BAICHENG, 2, "白城市", JILIN),
    (YANJI, 3, "延吉市", YANBIAN), (TUMEN, 3, "图们市", YANBIAN), (DAAN, 3, "大安市", BAICHENG),
]  # fmt: skip
COUNTIES = (YANJI, TUMEN, DAAN)
# Every role of policy/roles.toml at least once: own county, the county beside it, above it, and elsewhere.
SEATS = [
    ("county", "first_registrar", YANJI), ("sibling county", "first_registrar", TUMEN),
    ("prefecture above", "second_registrar", YANBIAN), ("other prefecture", "second_registrar", BAICHENG),
    ("province", "final_registrar", JILIN), ("county leader", "leader", YANJI), ("clerk", "org_clerk", YANJI),
    ("system admin", "system_admin", JILIN), ("province's security", "security_admin", JILIN),
    ("security admin", "security_admin", YANBIAN),
    ("auditor", "auditor", YANBIAN), ("plan officer", "plan_officer", YANJI), ("liaison", "department_clerk", YANJI),
    ("sub-plan lead", "subplan_lead", JILIN), ("coordinator", "programme_coordinator", JILIN),
    ("panel", "acceptance_panel", JILIN), ("trainer", "training_clerk", YANJI),
    ("complaints", "conduct_officer", YANBIAN), ("association", "association_clerk", YANBIAN),
    ("conduct panel", "conduct_panel", YANBIAN), ("signatory", "conduct_leader", YANBIAN),
    ("inspector", "discipline_inspector", JILIN),
]  # fmt: skip


OF_EMPLOYERS = ("org_clerk", "training_clerk")


@dataclass
class Visitor:
    """Somebody who opens pages; `region` and `role` are None for people without rights."""

    label: str
    user: User | None = None
    role: str | None = None
    region: int | None = None
    lives: int | None = None  # the county whose worker this is


@dataclass
class World:
    """Everything there is."""

    day: date
    offices: dict[int, Organization] = field(default_factory=dict)
    employers: dict[int, Organization] = field(default_factory=dict)
    workers: dict[int, Any] = field(default_factory=dict)
    visitors: list[Visitor] = field(default_factory=list)
    transfers: dict[int, DutyTransfer] = field(default_factory=dict)
    wanted: dict[int, GrantRequest] = field(default_factory=dict)
    batches: dict[int, Batch] = field(default_factory=dict)
    centres: dict[int, Centre] = field(default_factory=dict)
    councils: dict[int, SimpleNamespace] = field(default_factory=dict)
    overseen: dict[int, SimpleNamespace] = field(default_factory=dict)
    planned: dict[int, SimpleNamespace] = field(default_factory=dict)
    documents: dict[int, OfficialDocument] = field(default_factory=dict)
    classes: dict[int, SimpleNamespace] = field(default_factory=dict)
    cases: dict[int, SimpleNamespace] = field(default_factory=dict)  # of conduct
    looks: dict[int, SimpleNamespace] = field(default_factory=dict)
    snapshots: dict[int, list[Snapshot]] = field(default_factory=dict)  # and its correction
    gap: Any = None  # in service, unanswered
    lapse: Any = None  # of many on one day


def build(day: date) -> World:
    """The world, made through the actions that the pages use."""
    world = World(day)
    holidays.load_shipped_schedule(by=SYSTEM, on=day)
    for code, level, name, parent in PLACES:
        Region.objects.create(
            code=code, level=level, name=name, parent_code=parent, during=days(date(1949, 10, 1))
        )
        office = Organization.objects.create(
            kind="civil_affairs", level=level, region_code=code, name=f"{name}民政局"
        )
        Duty.objects.create(
            duty="social_work", region_code=code, organization=office, during=days(date(2000, 1, 1))
        )
        world.offices[code] = office
    for order, code in enumerate(COUNTIES):
        world.employers[code] = Organization.objects.create(
            kind="centre", region_code=code, name=f"{code}救助服务中心"
        )
        world.centres[code] = _centre(world, code)
        world.workers[code] = _worker(world, code, order)
        world.councils[code] = _council(world, code)
        world.snapshots[code] = _snapshots(world, code)
        world.overseen[code] = _overseen(world, code)
        world.planned[code] = _planned(world, code)
        world.documents[code] = _document(world, code)
        world.classes[code] = _class(world, code)
        above = world.offices[YANBIAN if code in (YANJI, TUMEN) else BAICHENG]
        world.cases[code] = case_of(
            code, above, world.workers[code].person, world.workers[code].item, world.employers[code]
        )
        world.looks[code] = _looks(world, code)
    _seats(world)
    world.gap = ServiceGap.objects.create(
        during=DateTimeTZRange(*(timezone.now() - timedelta(hours=n) for n in (3, 1)), "[)")
    )
    world.lapse = LapseBatch.objects.create(
        last_day=day, region_code=JILIN, ending=60, held=0, lapsing=60, live=60
    )
    world.visitors += [
        Visitor("anonymous"),
        *(Visitor(f"worker of {c}", w.user, lives=c) for c, w in world.workers.items()),
    ]
    return world


def _user(username: str, person: Any, day: date) -> User:
    user = accounts.create_user(person, username=username, password=None, by=SYSTEM, on=day)
    accounts.set_totp(user, secret="JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", by=SYSTEM, on=day)
    return user


def _seats(world: World) -> None:
    witnesses = tuple(people.create_person(by=SYSTEM, on=world.day) for _ in range(2))
    holders = {}
    for label, role, region in SEATS:
        person = people.create_person(by=SYSTEM, on=world.day, source="office")
        user = _user(label, person, world.day)
        body = world.employers[region] if role in OF_EMPLOYERS else world.offices[region]
        user.grant = accounts.found_grant(
            person, role=role, organization=body, region_code=region, witnesses=witnesses, start=world.day, by=SYSTEM,
            on=world.day,
        )  # fmt: skip
        holders.setdefault(region, user)
        world.visitors.append(Visitor(label, user, role, region))
    holders[DAAN] = _user("daan", people.create_person(by=SYSTEM, on=world.day), world.day)
    holders[DAAN].grant = accounts.found_grant(
        holders[DAAN].person, role="first_registrar", organization=world.offices[DAAN], region_code=DAAN,
        witnesses=witnesses, start=world.day, by=SYSTEM, on=world.day,
    )  # fmt: skip
    for code in COUNTIES:
        world.workers[code].officer = holders[code]
        _watching(world, code)
        world.batches[code] = _batch(world, code)
        world.transfers[code] = DutyTransfer.objects.create(
            duty="registration", region_code=code, organization=world.offices[code], effective=world.day,
            basis="吉发〔2024〕1号", proposed_by=witnesses[0].pk,
        )  # fmt: skip
        world.wanted[code] = GrantRequest.objects.create(
            person=world.workers[code].person, role="leader", organization=world.offices[code], region_code=code,
            starts_on=world.day, reason="新任", proposed_by=witnesses[0],
        )  # fmt: skip


def _watching(world: World, code: int) -> None:
    """The employer and the office were told of the worker's registration; the employer has her on a list too."""
    worker, body = world.workers[code], world.employers[code]
    given = {
        "registration": worker.registration,
        "what": "expiring",
        "on": world.day,
        "cause": f"d{world.day}",
    }
    staff = Watch.objects.create(kind="staff", body=body, started_on=world.day)
    area = Watch.objects.create(
        kind="region", body=world.offices[code], region_code=code, started_on=world.day
    )
    listed = Watch.objects.create(kind="list", body=body, purpose="购买服务项目", started_on=world.day)
    worker.alert = Alert.objects.create(watch=staff, body=body, **given)
    worker.office_alert = Alert.objects.create(watch=area, body=area.body, region_code=code, **given)
    worker.watched = Watched.objects.create(
        watch=listed, body=body, registration=worker.registration, person=worker.person, since=world.day
    )


def _class(world: World, code: int) -> SimpleNamespace:
    """A class of the county's employer, announced, with a seat, a paper list and a class list that waits."""
    body, day = world.employers[code], world.day
    provider = education.apply_for_recognition(body, kinds=["face_to_face"], by=SYSTEM, on=day)
    education.recognise(
        provider, kinds=["face_to_face"], start=day, end=day + timedelta(days=400), by=SYSTEM, on=day
    )
    provider.refresh_from_db()
    start = timezone.make_aware(datetime.combine(day + timedelta(days=30), time(9)))
    half = Planned(start.date(), "am", start, start + timedelta(hours=3), 180)
    course = education.plan_course(
        provider, title="个案管理", kind="face_to_face", region_code=code, syllabus="两讲", capacity=20, half_days=[half],
        teachers="金老师", by=SYSTEM, on=day,
    )  # fmt: skip
    course = education.open_course(course, notice="欢迎报名", by=SYSTEM, on=day)
    held = course.half_days.get()
    item = FolderItem.objects.create(
        folder=Folder.objects.create(), file=world.workers[code].item.file, kind=scan_kind(held)
    )
    Course.objects.filter(pk=course.pk).update(folder=item.folder)
    sent = ClassList.objects.create(
        course=course,
        organization=body,
        region_code=code,
        how="page",
        sent_on=day,
        people=0,
        passed=0,
        minutes=0,
    )
    return SimpleNamespace(
        number=course.number, pk=course.pk, half=held.pk, provider=provider.pk, sent=sent.pk, scan=item.pk
    )


def _centre(world: World, code: int) -> Centre:
    """The service centre of a township of the county."""
    Region.objects.create(
        code=code + 1, level=4, name="河南街道", parent_code=code, during=days(date(1949, 10, 1))
    )
    return Centre.objects.create(
        organization=world.employers[code],
        region_code=code + 1,
        county_code=code,
        legal_representative="李英爱",
    )


def _bound(user: User) -> BoundIdentity:
    """A sign-in service bound to a worker."""
    return BoundIdentity.objects.create(user=user, provider="provincial", subject_index=str(user.pk).encode())


def _batch(world: World, code: int) -> Batch:
    """A workbook that the county's officer uploaded, checked and waiting for her."""
    officer = world.workers[code].officer
    return Batch.objects.create(
        number=f"XX-2026-{code}", layout="roster", file_name="a.xlsx", sha256=ORIGINALS.keep(f"{code}".encode()), size=9,
        user_id=officer.pk, person_id=officer.person_id, ordered_by_id=officer.pk, region_code=code, state="checked",
        organization_id=world.offices[code].pk, office_name=world.offices[code].name, is_read=True,
    )  # fmt: skip


def _photo(shade: int) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (640, 480), (shade, shade, 220)).save(out, "JPEG")
    return out.getvalue()


def _credential() -> dict[str, Any]:
    """What a browser answers when a passkey is made, with a key of nobody."""
    public = ES256.from_cryptography_key(ec.generate_private_key(ec.SECP256R1()).public_key())
    attested = AttestedCredentialData.create(b"\0" * 16, b"sweep", public)
    told = AuthenticatorData.create(sha256(b"testserver"), AuthenticatorData.FLAG.AT, 0, attested)
    client = CollectedClientData.create("webauthn.create", b"0" * 16, "https://testserver")
    response = {"clientDataJSON": websafe_encode(client),
                "attestationObject": websafe_encode(AttestationObject.create("none", told, {}))}  # fmt: skip
    return {
        "id": websafe_encode(b"sweep"),
        "rawId": websafe_encode(b"sweep"),
        "type": "public-key",
        "response": response,
    }


def _worker(world: World, code: int, order: int) -> SimpleNamespace:
    """A social worker of the county with a submitted application, a registration, and one row of everything."""
    day = world.day
    person = people.create_person(by=SYSTEM, on=day)
    user = _user(f"worker {code}", person, day)
    me = Actor(user_id=user.pk, person_id=person.pk)
    body = f"99010119850301{order:03d}"
    people.state_name(person, name="金美玉", by=me, on=day)
    identity = people.state_identity(
        person, kind="resident", number=body + calc_check_digit(body + "0"), by=me, on=day
    )
    skill = people.state_skill(person, kind="language", code="ko", by=me, on=day)
    education = credentials.state_education(
        person, level="21", degree="4", school_name="延边大学", major="社会工作", graduated_on=None, by=me, on=day,
        source="self",
    )  # fmt: skip
    application = registry.start_application(by=me, on=day)
    certificate = credentials.declare_certificate(
        person, level="social_worker", management_no=f"20260622010000{order:04d}", issued_on=day - timedelta(days=60),
        by=me, on=day,
    )  # fmt: skip
    registry.choose_certificate(application, certificate, by=me, on=day)
    work = employment.declare_employment(
        person, employer=world.employers[code], region_code=code, position="社工", service_field="relief",
        start=date(2020, 7, 1), by=me, on=day,
    )  # fmt: skip
    disputed = Confirmation.objects.create(
        person=person, employer=world.employers[code], region_code=code, what="begin", side="employer",
        since=date(2020, 7, 1), due_on=day, state="disputed", answer="查无此人",
    )  # fmt: skip
    registry.choose_ground(application, ground="workplace", region_code=code, workplace=work, by=me, on=day)
    for shade, material in enumerate(registration_policy(day).materials_for("first", "workplace")):
        if material.required:
            registry.add_paper(application, kind=material.code, content=_photo(20 * shade + order), filename="a.jpg",
                               by=me, on=day)  # fmt: skip
    registry.commit_to_ethics(application, version="2012", by=me, on=day)
    registry.submit_application(application, by=me, on=day)
    application.refresh_from_db()
    registration = Registration.objects.create(
        person=person,
        certificate=certificate,
        register_no=f"JL{order:08d}",
        region_code=code,
        level="social_worker",
        admitted_on=day,
        valid_to=day + timedelta(days=1095),
    )
    inquiry = ClosingCase.objects.create(
        registration=registration,
        reason_code="death",
        raised_by="office",
        told="家属来电",
        folder=application.folder,
    )
    with transaction.atomic():
        letter = messages.send(person, messages.Template("sweep", "Code", "Code"), {}, channels=("inbox",))
    key = Authenticator.objects.create(
        user=user, type="webauthn", data={"name": "key", "credential": _credential()}
    )
    ordered = _ordered_export(user, code)
    double = people.create_person(by=SYSTEM, on=day)
    people.tie(double, kind="residence", region_code=code, origin="people.person", origin_id=double.pk, start=day, by=SYSTEM,
               on=day)  # fmt: skip
    asked = privacy.ask(person, province=JILIN, by=me, on=day)
    held = privacy.place_hold(person, kind="voucher", reason="补贴凭证", by=SYSTEM, on=day)
    return SimpleNamespace(
        asked=asked, held=held, pair=dossier.suspect(person, double, by=SYSTEM, on=day), export=ordered, person=person, user=user, identity=identity, skill=skill, education=education, certificate=certificate,
        work=work, disputed=disputed, inquiry=inquiry, application=application, registration=registration, letter=letter, key=key,
        device=SignIn.objects.create(user=user), bound=_bound(user), item=application.folder.items.first(),
    )  # fmt: skip


def _looks(world: World, code: int) -> SimpleNamespace:
    """A record of hours that is disputed, found and drawn."""
    person, given = world.workers[code].person, {"region_code": code}
    entry = CreditEntry.objects.create(
        **given, person=person, minutes=60, kind="class", earned_on=world.day, source="sweep", source_id=code
    )
    disputed = Dispute.objects.create(**given, entry=entry, person=person, text="有误", due_on=world.day)
    found = HourFinding.objects.create(
        **given, kind="night", key=f"sweep:{code}", person=person, on=world.day, entries=[entry.pk], amount=60
    )
    draw = Draw.objects.create(**given, title="抽查", start=world.day, end=world.day, sample=1,
                               candidates=1, sha="1", drawn_by=person)  # fmt: skip
    Lot.objects.create(draw=draw, origin="example/one", size=1, root="0a", signed_at=timezone.now())
    DrawCandidate.objects.create(draw=draw, entry=entry.pk, chances=1)
    check = SpotCheck.objects.create(draw=draw, entry=entry, rank=1, chances=1)
    stated = HoursStatement.objects.create(
        **given, person=person, origin="own", minutes=60, kind="class", earned_on=world.day, title="研修",
        stated_by=person, folder=world.workers[code].application.folder,
    )  # fmt: skip
    study = StudyStatement.objects.create(
        **given, person=person, what="leave", starts_on=world.day, ends_on=world.day, folder=stated.folder
    )
    return SimpleNamespace(
        entry=entry, disputed=disputed, found=found, draw=draw, check=check, stated=stated, study=study
    )


def _snapshots(world: World, code: int) -> list[Snapshot]:
    """Frozen figures of a county with its worker behind them, and their correction."""
    found: list[Snapshot] = []
    for value in (1, 2):
        found.append(statistics.freeze(
            title="年末", as_of=world.day, region_code=code, tables={"t": [FigureRow("K-G4", code, "person", value)]},
            people=[PersonRow(world.workers[code].person.pk, code, "K-G4", sex=0, age_band=0)],
            supersedes=found[0] if found else None, reason="迟报更正", by=SYSTEM, on=world.day,
        ))  # fmt: skip
    return found


def _overseen(world: World, code: int) -> SimpleNamespace:
    """What is asked, inspected and told of a county: a round, its return, a notice, an inspection, a model case."""
    programme, _ = Programme.objects.get_or_create(
        code="sweep", title="计划", region_code=JILIN, starts_on=date(2011, 1, 1), ends_on=date(2013, 12, 31)
    )
    subplan, _ = SubPlan.objects.get_or_create(programme=programme, number=6, title="六", duty="social_work")
    body, worker, day = world.offices[code], world.workers[code], world.day
    given = {"subplan": subplan, "region_code": code, "title": "四季度"}
    papers = Folder.objects.create(title="佐证")
    FolderItem.objects.create(folder=papers, file=worker.item.file, kind="evidence")
    asked = Dispatch.objects.create(
        **given, period="2012Q4", issuer=body, as_of=day, opens_on=day, due_on=day, state="open"
    )
    handed = DispatchReturn.objects.create(dispatch=asked, region_code=code, body=body, folder=papers)
    notice = Circular.objects.create(
        **given, period="2012", indicator="K-G4", as_of=day, due_on=day, issuer=body
    )
    CircularRow.objects.create(circular=notice, region_code=code, body=body)
    looked = Inspection.objects.create(**given, issuer=body, starts_on=day, ends_on=day)
    inspected = InspectedBody.objects.create(
        inspection=looked, organization=body, region_code=code, drawn=True
    )
    Finding.objects.create(body=inspected, text="台账不全", folder=papers, found_on=day)
    case = ModelCase.objects.create(
        **given, kind="person", story="事迹", person=worker.person, state="verified", folder=papers
    )
    return SimpleNamespace(
        dispatch=asked, handed=handed, notice=notice, looked=looked, inspected=inspected, case=case,
        item=papers.items.get(), **_accepted(world, code, papers),
    )  # fmt: skip


def _accepted(world: World, code: int, papers: Folder) -> dict[str, Any]:
    """A county's own sub-plan with a draft report and an acceptance that judges the county's frozen figures."""
    day, snapshot = world.day, world.snapshots[code][1]
    subplan = SubPlan.objects.create(
        programme=Programme.objects.get(code="sweep"),
        number=code // 1000 % 1000 + 10,
        title="子计划",
        duty="social_work",
    )
    given = {"subplan": subplan, "region_code": code, "title": "总结"}
    report = Report.objects.create(**given, kind="final", as_of=day, due_on=day)
    accepted = Acceptance.objects.create(
        **given, report=report, snapshot=snapshot, applied_on=day, state="reviewing"
    )
    AcceptanceMaterial.objects.create(acceptance=accepted, position=1, key="evidence", folder=papers)
    Panelist.objects.create(acceptance=accepted, person=world.workers[code].person)
    item = AcceptanceItem.objects.create(
        acceptance=accepted,
        position=1,
        indicator="K-G4",
        unit="person",
        source="counted",
        value=2,
        target=2,
        enough=2,
    )
    row = snapshot.rows.get()
    sample = AcceptanceSample.objects.create(
        item=item, row=row, person=row.person, region_code=code, position=1
    )
    return {"report": report, "accepted": accepted, "judged": item, "drawn": sample}


def _planned(world: World, code: int) -> SimpleNamespace:
    """A yearly plan of a county's place in its second edition, an entered figure with its paper, a responsibility sheet."""
    programme, _ = Programme.objects.get_or_create(
        code=plan().code,
        title="计划",
        region_code=JILIN,
        starts_on=date(2011, 1, 1),
        ends_on=date(2013, 12, 31),
    )
    subplan, _ = SubPlan.objects.get_or_create(programme=programme, number=6, title="六", duty="social_work")
    common = {"subplan": subplan, "region_code": code, "year": 2013}
    first = AnnualPlan.objects.create(**common, state="withdrawn")
    annual = AnnualPlan.objects.create(**common, edition=2, supersedes=first)
    target = Target.objects.create(plan=annual, indicator="K-T1", region_code=code, kind="flow", amount=10)
    item = PlanItem.objects.create(plan=annual, position=1, clause="S2013.b", what="招聘", due_on=world.day)
    papers = Folder.objects.create(title="佐证")
    value = HandValue.objects.create(
        indicator="K-T1", kind="flow", region_code=code, period=days(date(2013, 1, 1), date(2013, 4, 1)), amount=5,
        folder=papers,
    )  # fmt: skip
    paper = FolderItem.objects.create(folder=papers, file=world.workers[code].item.file, kind="evidence")
    EnteredPerson.objects.create(
        value=value, person=world.workers[code].person, region_code=code, on=date(2013, 3, 31)
    )
    office, row = world.offices[code], uuid.uuid4()
    Responsibility.objects.create(
        subplan=subplan, organization=office, region_code=code, leader="王立", section="社会工作科", contact="李英爱",
        seal_id=row, during=days(world.day), phone_masked="138****5678",
        phone=seal("13812345678", table="programme_responsibility", column="phone", row=row),
    )  # fmt: skip
    stage = Milestone.objects.create(
        subplan=subplan,
        key=f"S2012.use.{code}",
        clause="S2012.b",
        title="使用办法",
        region_code=code,
        due_on=world.day,
    )
    return SimpleNamespace(
        annual=annual, target=target, item=item, value=value, paper=paper, office=office, stage=stage
    )


def _document(world: World, code: int) -> OfficialDocument:
    """A document that the county's office issued to the offices above it, with an attachment; its basis."""
    day, body = world.day, world.offices[code]
    basis, _ = PolicyDocument.objects.get_or_create(
        title="实施方案", issuer_name="领导小组", issued_on=day, during=days(day)
    )
    folder = Folder.objects.create(title="公文")
    FolderItem.objects.create(folder=folder, file=world.workers[code].item.file, kind="attachment")
    document = OfficialDocument.objects.create(
        kind="report", title="年度报告", body="报告如下。", issuer=body, region_code=code, folder=folder, basis=basis,
        number="1号", drafted_on=day, signed_on=day, issued_on=day, state="issued",
    )  # fmt: skip
    sides = {"document": document, "issuer": body, "issuer_region_code": code}
    for place in (JILIN, code // 100_000 * 100_000):
        Addressee.objects.create(**sides, organization=world.offices[place], region_code=place)
    CoSign.objects.create(
        **sides,
        organization=world.offices[place],
        region_code=place,
        asked_on=day,
        result="agreed",
        signed_on=day,
    )
    return document


def _council(world: World, code: int) -> SimpleNamespace:
    """The joint conference of a county, a meeting that decided something, and its task with everything that may happen."""
    given: dict[str, Any] = {"by": SYSTEM, "on": world.day}
    conference = council.found_conference(region_code=code, **given)
    meeting = council.plan_meeting(conference, title="第一次会议", held_on=world.day, **given)
    item = council.add_item(meeting, kind="supervise", title="岗位补贴", **given)
    material = council.add_material(meeting, filename="a.jpg", content=_photo(30 + code % 7), **given)
    members = list(Member.objects.sitting(conference, world.day))
    for member in members:
        council.record_attendance(meeting, member, presence="present", **given)
    meeting.refresh_from_db()
    meeting = council.hold(meeting, **given)
    others = [row.organization for row in members if row.organization_id != conference.office_id]
    row = council.resolve(
        item,
        text="列入预算",
        responsible=others[0],
        helpers=[others[1]],
        due_on=world.day + timedelta(days=9),
        **given,
    )
    task = tasks.assign(row.task, **given)
    tasks.ask_time(task, until=world.day + timedelta(days=20), reason="等待批复", **given)
    reply = tasks.reply(task, text="已列入预算", papers=[("a.jpg", _photo(60 + code % 7))], **given)
    tasks.sign_reply(Task.objects.get(pk=task.pk), **given)
    paper = reply.folder.items.get() if reply.folder else None
    return SimpleNamespace(
        conference=conference, meeting=meeting, material=material, member=members[-1], task=task, paper=paper
    )


def _ordered_export(user: User, code: int) -> Export:
    """An export of this county that waits for another person."""
    return Export.objects.create(
        user_id=user.pk, person_id=user.person_id, region_code=code, listing="registry.register", title="名册",
        path="/office/people.xlsx", columns=["name"], permission="registry.export", form="xlsx", full=True,
        reason="年度核对", count=1,
    )  # fmt: skip


# The API reads the body before anything else: these are well formed, so that what is answered is about the case.
BODIES: dict[str, dict[str, Any]] = {
    "api:accept_batch": {"version": 0},
    "api:drop_batch": {"version": 0},
    "api:accept": {"version": 0},
    "api:sign_commitment": {"version": "2012"},
    "api:submit": {"version": 0},
    "api:hand_in": {"version": 0},
    "api:pass_stage": {"version": 0},
    "api:fail_stage": {"version": 0},
    "api:return_for_completion": {"version": 0, "items": {"certificate": "看不清"}},
}


def _entry(code: int) -> int:
    return JournalEntry.objects.filter(region_code=code).latest("seq").seq


Filled = dict[str, Any]
# How the names in a path are filled in, by object type, then by route where a route differs.
BY_TYPE: dict[str, Callable[[World, int], Filled]] = {
    "training_class": lambda w, c: {
        "code": str(w.employers[c].pk),
        "number": w.classes[c].number,
        "half": w.classes[c].half,
        "item": w.classes[c].scan,
    },
    "complaint": lambda w, c: {"token": w.cases[c].complaint.token, "item": w.cases[c].paper.pk},
    "conduct_inquiry": lambda w, c: {"token": w.cases[c].inquiry.token},
    "conduct_body_inquiry": lambda w, c: {"code": str(w.employers[c].pk), "token": w.cases[c].of_body.token},
    "kin": lambda w, c: {"pk": w.cases[c].kin.pk},
    "evidence": lambda w, c: {"token": w.cases[c].evidence.token},
    "flag": lambda w, c: {"pk": w.cases[c].flag.pk},
    "office_class": lambda w, c: {"pk": w.classes[c].pk},
    "hour_dispute": lambda w, c: {"pk": w.looks[c].disputed.pk},
    "hour_finding": lambda w, c: {"pk": w.looks[c].found.pk},
    "hour_statement": lambda w, c: {"number": w.looks[c].stated.pk, "item": w.workers[c].item.pk},
    "study_statement": lambda w, c: {"pk": w.looks[c].study.pk, "item": w.workers[c].item.pk},
    "hour_sample": lambda w, c: {"pk": w.looks[c].draw.pk},
    "provider": lambda w, c: {"pk": w.classes[c].provider},
    "class_list": lambda w, c: {"pk": w.classes[c].sent},
    "application": lambda w, c: {"token": w.workers[c].application.token, "item": w.workers[c].item.pk},
    "registration": lambda w, c: {"register_no": w.workers[c].registration.register_no},
    "person": lambda w, c: {"token": w.workers[c].person.token},
    "certificate": lambda w, c: {"token": w.workers[c].person.token, "pk": w.workers[c].certificate.pk},
    "organization": lambda w, c: {"pk": w.offices[c].pk, "code": str(w.employers[c].pk)},
    "office_alert": lambda w, c: {"alert": w.workers[c].office_alert.pk},
    "region": lambda w, c: {"code": c},
    "plan_place": lambda w, c: {"code": c},
    "grant": lambda w, c: {"pk": w.workers[c].officer.grant.pk},
    "duty_transfer": lambda w, c: {"pk": w.transfers[c].pk},
    "grant_request": lambda w, c: {"pk": w.wanted[c].pk},
    "export": lambda w, c: {"pk": w.workers[c].export.pk},
    "user": lambda w, c: {"pk": w.workers[c].officer.pk},
    "layout": lambda w, c: {"layout": "roster"},
    "batch": lambda w, c: {"number": w.batches[c].number},
    "centre": lambda w, c: {"pk": w.centres[c].pk},
    "entry": lambda w, c: {"seq": _entry(c)},
    "dispatch": lambda w, c: {"pk": w.overseen[c].dispatch.pk},
    "return": lambda w, c: {"pk": w.overseen[c].handed.pk, "item": w.overseen[c].item.pk},
    "circular": lambda w, c: {"pk": w.overseen[c].notice.pk},
    "report": lambda w, c: {"pk": w.overseen[c].report.pk},
    "acceptance": lambda w, c: {
        "pk": w.overseen[c].accepted.pk,
        "key": "evidence",
        "item": w.overseen[c].item.pk,
    },
    "acceptance_item": lambda w, c: {"pk": w.overseen[c].judged.pk},
    "acceptance_sample": lambda w, c: {"pk": w.overseen[c].drawn.pk},
    "inspection": lambda w, c: {"pk": w.overseen[c].looked.pk},
    "inspected": lambda w, c: {"pk": w.overseen[c].inspected.pk, "item": w.overseen[c].item.pk},
    "model_case": lambda w, c: {"pk": w.overseen[c].case.pk, "item": w.overseen[c].item.pk},
    "own_case": lambda w, c: {"pk": w.overseen[c].case.pk},
    "annual_plan": lambda w, c: {"pk": w.planned[c].annual.pk, "name": "review"},
    "target": lambda w, c: {"pk": w.planned[c].target.pk},
    "milestone": lambda w, c: {"pk": w.planned[c].stage.pk},
    "plan_item": lambda w, c: {"pk": w.planned[c].item.pk},
    "hand_value": lambda w, c: {"pk": w.planned[c].value.pk, "item": w.planned[c].paper.pk},
    "responsibility": lambda w, c: {"pk": w.planned[c].office.pk, "subplan": 6},
    "official_document": lambda w, c: {"pk": w.documents[c].pk, "item": w.documents[c].folder.items.get().pk},
    "policy_document": lambda w, c: {"pk": w.documents[c].basis_id},
    "duplicate": lambda w, c: {"pk": w.workers[c].pair.pk},
    "erasure": lambda w, c: {"pk": w.workers[c].asked.pk},
    "hold": lambda w, c: {"pk": w.workers[c].held.pk},
    "confirmation": lambda w, c: {"pk": w.workers[c].disputed.pk},
    "inquiry": lambda w, c: {
        "register_no": w.workers[c].registration.register_no,
        "pk": w.workers[c].inquiry.pk,
        "item": w.workers[c].item.pk,
    },
    "registration_paper": lambda w, c: {
        "register_no": w.workers[c].registration.register_no,
        "item": w.workers[c].item.pk,
    },
    "task": lambda w, c: {"pk": w.councils[c].task.pk, "item": w.councils[c].paper.pk},
    "conference": lambda w, c: {"pk": w.councils[c].conference.pk, "member": w.councils[c].member.pk},
    "meeting": lambda w, c: {"pk": w.councils[c].meeting.pk, "item": w.councils[c].material.pk},
    "snapshot": lambda w, c: {"pk": w.snapshots[c][0].pk},
    "gap": lambda w, c: {"pk": w.gap.pk},
    "lapse": lambda w, c: {"pk": w.lapse.pk},
    "correction": lambda w, c: {"pk": w.snapshots[c][1].pk},
}
BY_ROUTE: dict[str, Callable[[World, int], Filled]] = {
    "lookup:alert": lambda w, c: {"alert": w.workers[c].alert.pk},
    "lookup:watched_drop": lambda w, c: {"one": w.workers[c].watched.pk},
    "accounts:export": lambda w, c: {"pk": w.workers[c].export.pk},
    "accounts:export_content": lambda w, c: {"pk": w.workers[c].export.pk},
    "accounts:unbind": lambda w, c: {"pk": w.workers[c].bound.pk},
    "accounts:end_device": lambda w, c: {"pk": w.workers[c].device.pk},
    "accounts:message": lambda w, c: {"pk": w.workers[c].letter.pk},
    "mfa_remove_webauthn": lambda w, c: {"pk": w.workers[c].key.pk},
    "employment:my_work": lambda w, c: {"pk": w.workers[c].work.pk},
    "employment:my_question": lambda w, c: {"pk": w.workers[c].disputed.pk},
    "employment:clerk_question": lambda w, c: {"pk": w.workers[c].disputed.pk},
    "employment:left": lambda w, c: {"pk": w.workers[c].work.pk},
    "employment:office_work": lambda w, c: {"pk": w.workers[c].work.pk},
    "credentials:my_education": lambda w, c: {"pk": w.workers[c].education.pk},
    "credentials:drop_education": lambda w, c: {"pk": w.workers[c].education.pk},
    "credentials:my_certificate": lambda w, c: {"pk": w.workers[c].certificate.pk},
    "credentials:office_education": lambda w, c: {"pk": w.workers[c].education.pk},
    "credentials:office_certificate": lambda w, c: {"pk": w.workers[c].certificate.pk},
    "education:sample_record": lambda w, c: {"pk": w.looks[c].check.pk},
    "registry:hours_correct": lambda w, c: {"number": w.looks[c].entry.pk},
    "registry:hours_reverse": lambda w, c: {"number": w.looks[c].entry.pk},
    "education:my_dispute": lambda w, c: {"record": w.looks[c].entry.pk},
    "people:my_drop": lambda w, c: {"pk": w.workers[c].skill.pk},
    "people:drop": lambda w, c: {"pk": w.workers[c].skill.pk},
    "people:reveal": lambda w, c: {"pk": w.workers[c].identity.pk},
    "people:edit": lambda w, c: {"section": "name"},
    "registry:paper": lambda w, c: {"kind": "certificate"},
}
# Names that choose a form of the answer, not an object.
PLAIN: Filled = {"form": "csv", "indicator": "K-G4", "month": "201306", "class_number": "10001"}
# Names in the path of one's own pages that choose a section, not an object.
SECTIONS: dict[str, Filled] = {
    "people:my_edit": {"section": "name"},
    "education:my_study_new": {"kind": "leave"},
}


def filled(world: World, route: dict[str, Any], names: list[str]) -> Iterator[tuple[int | None, Filled]]:
    """(county, names of the path with their values) for an object of each county; one row when there is no object."""
    fixed = {**PLAIN, **SECTIONS.get(route["name"], {})}
    if set(names) <= set(fixed):
        yield None, fixed
        return
    for county in COUNTIES:
        values = dict(fixed)
        for provider in (BY_TYPE.get(route["object"] or ""), BY_ROUTE.get(route["name"])):
            values |= provider(world, county) if provider else {}
        yield county, values

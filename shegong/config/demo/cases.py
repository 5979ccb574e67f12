"""Cases by the same actions that people use: drafts, submissions, returns, reviews, decisions, certificates."""

import io
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from django.utils import timezone
from PIL import Image, ImageDraw

from shegong.config.demo.cast import Cast, Member
from shegong.config.demo.offices import Offices
from shegong.duties.registry import actions
from shegong.duties.registry.models import Application, ClosingProposal, Registration
from shegong.duties.registry.models.policies import registration_policy
from shegong.duties.registry.rules import Kind, read_route, stage_at
from shegong.ground.accounts import actions as accounts
from shegong.ground.credentials import actions as credentials
from shegong.ground.organizations.models import Organization
from shegong.ground.people import actions as people
from shegong.ground.people.models import Person
from shegong.ground.regions.models import tree
from shegong.kernel.access import SYSTEM, Actor
from shegong.work.employment import actions as employment
from shegong.work.employment.models import Employment

LEVELS = ("assistant", "assistant", "social_worker")
ROLES = {"first": "first_registrar", "second": "second_registrar", "final": "final_registrar"}
OPINION = "材料齐全，信息一致，同意登记。"


@cache
def portrait(shade: int) -> bytes:
    """An invented portrait of two inches: the outline of a head, nobody's."""
    picture = Image.new("RGB", (413, 579), (218, 230, 244))
    draw = ImageDraw.Draw(picture)
    coat, hair = ((58, 84, 124), (96, 72, 66), (52, 104, 92))[shade % 3], (52, 46, 44)
    draw.ellipse((20, 390, 393, 900), fill=coat)
    draw.rectangle((172, 340, 241, 430), fill=(226, 190, 164))
    draw.ellipse((108, 110, 305, 330 + shade % 2 * 60), fill=hair)
    draw.ellipse((122, 140, 291, 372), fill=(238, 205, 180))
    draw.pieslice((112, 108, 301, 300), 180, 360, fill=hair)
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=85)
    return out.getvalue()


@cache
def paper(kind: str, shade: int) -> bytes:
    """An invented paper: lines of grey on white, no text that could be taken for a document."""
    picture = Image.new("RGB", (900, 640), (244, 246, 249))
    draw = ImageDraw.Draw(picture)
    draw.rectangle((60, 60, 840, 580), fill="white", outline=(160, 170, 180), width=3)
    for row in range(6):
        draw.rectangle(
            (110, 130 + row * 65, 430 + (row * 37 + shade) % 330, 150 + row * 65), fill=(150, 170, 195)
        )
    draw.ellipse((640, 400, 760, 520), outline=(190, 60, 50), width=4)
    draw.text((80, 590), f"DEMO {kind} {shade}", fill=(120, 130, 140))
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=80)
    return out.getvalue()


@dataclass
class Cases:
    """Runs invented people through the registration."""

    cast: Cast
    offices: Offices
    on: date

    def apply(
        self,
        region: int,
        employer: Organization,
        *,
        sign_in: bool = False,
        submit: bool = True,
        level: str = "",
    ) -> Application:
        """One person with a complete application at a county; `sign_in` gives an account to try it with."""
        member = self.cast.member(korean=region // 100_000 == 2224)
        me, application = self._person(member, sign_in)
        level = level or LEVELS[self.cast.count % len(LEVELS)]
        issued = self.on - timedelta(days=40 + self.cast.count % 250)
        person = application.person
        credentials.state_education(
            person, level="21", degree="4", school_name="吉林大学", major="社会工作", graduated_on=date(2012, 7, 1),
            by=me, on=self.on, source="self",
        )  # fmt: skip
        self._certificate(application, level, issued, me)
        work = employment.declare_employment(
            person, employer=employer, region_code=region, position="社会工作者", service_field="relief",
            start=date(2019, 7, 1), by=me, on=self.on,
        )  # fmt: skip
        actions.choose_ground(
            application, ground="workplace", region_code=region, workplace=work, by=me, on=self.on
        )
        self._papers(application, me)
        return self._hand_in(application, me) if submit else application

    def rise(self, registration: Registration) -> Application:
        """The holder of a registration applies with a certificate of a higher level, from the same workplace."""
        me = Actor(user_id=registration.person_id, person_id=registration.person_id)
        application = actions.start_application(by=me, on=self.on)
        self._certificate(application, "social_worker", self.on - timedelta(days=20), me, once_more=True)
        actions.choose_ground(
            application, ground="workplace", region_code=registration.region_code,
            workplace=Employment.objects.current().get(person=registration.person_id), by=me, on=self.on,
        )  # fmt: skip
        self._papers(application, me)
        return self._hand_in(application, me)

    def _certificate(
        self, application: Application, level: str, issued: date, me: Actor, once_more: bool = False
    ) -> None:
        number = self.cast.management_no(issued.year, once_more)
        if level != "social_worker" and self.cast.count % 9 == 0:
            number = number[:8] + number[9:]  # one digit lost in copying: the checks ask the officer to look
        certificate = credentials.declare_certificate(
            application.person, level=level, management_no=number, issued_on=issued, by=me, on=self.on
        )
        actions.choose_certificate(application, certificate, by=me, on=self.on)

    def _hand_in(self, application: Application, me: Actor) -> Application:
        version = registration_policy(self.on).ethics.version
        actions.commit_to_ethics(application, version=version, by=me, on=self.on)
        actions.submit_application(application, by=me, on=self.on)
        application.refresh_from_db()
        return application

    def _person(self, member: Member, sign_in: bool) -> tuple[Actor, Application]:
        person = people.create_person(by=SYSTEM, on=self.on)
        me = Actor(user_id=person.id, person_id=person.id)
        people.state_name(person, name=member.name, by=me, on=self.on)
        people.state_identity(person, kind="resident", number=member.number, by=me, on=self.on)
        people.state_particulars(person, ethnicity=member.ethnicity, by=me, on=self.on)
        if sign_in:
            self._account(person)
        return me, actions.start_application(by=me, on=self.on)

    def _account(self, person: Person) -> None:
        username = f"worker{1 + sum(a.role == 'worker' for a in self.offices.accounts)}"
        accounts.create_user(person, username=username, password=self.password, by=SYSTEM, on=self.on)
        self.offices.remember_worker(username, self.password)

    @property
    def password(self) -> str:
        return self.offices.accounts[0].password

    def _papers(self, application: Application, me: Actor) -> None:
        for material in registration_policy(self.on).materials_for("first", "workplace"):
            if material.required:
                shade = self.cast.count
                content = portrait(shade) if material.code == "photo" else paper(material.code, shade)
                actions.add_paper(
                    application,
                    kind=material.code,
                    content=content,
                    filename=f"{material.code}.jpg",
                    by=me,
                    on=self.on,
                )

    def officer(self, application: Application) -> Actor:
        """Who must act on the case now."""
        stage = stage_at(read_route(application.route), application.state)
        code = tree().ancestor(application.region_code, stage.level, self.on, tree="reporting")
        return self.offices.actor(ROLES[stage.stage], code)

    def accept(self, application: Application) -> Application:
        """Accepted, waiting for the first review."""
        return actions.accept_application(application, by=self.officer(application), on=self.on)

    def pass_on(self, application: Application, times: int) -> Application:
        """Passed by so many offices."""
        for _ in range(times):
            actions.pass_stage(application, opinion=OPINION, by=self.officer(application), on=self.on)
        return application

    def give_back(self, application: Application) -> Application:
        """Returned for a blurred certificate."""
        items = {"paper:certificate": "右下角反光，管理号看不清。关掉闪光灯，把证书放平再拍。"}
        return actions.return_for_completion(application, items, by=self.officer(application), on=self.on)

    def fail(self, application: Application) -> Application:
        """Not passed at the office where it is."""
        opinion = "证书照片与本人填写不符，请到发证机关核对后重新申请。"
        return actions.fail_stage(
            application,
            opinion=opinion,
            reason_code="no_certificate",
            by=self.officer(application),
            on=self.on,
        )

    def issue(self, application: Application, decided: date | None = None) -> Registration:
        """All offices passed it and the certificate was made; `decided` dates the decision back (or ahead)."""
        self.pass_on(application, len(read_route(application.route)))
        moment = timezone.now() - timedelta(minutes=31)
        if decided:
            moment = moment.replace(year=decided.year, month=decided.month, day=decided.day)
        Application.objects.filter(pk=application.pk).update(decided_at=moment)
        application.refresh_from_db()
        early = decided is not None and decided > self.on
        by = self._judge(application) if early else SYSTEM
        return actions.issue_certificate(application, by=by, on=self.on)

    def close(self, registration: Registration, reason: str) -> Registration:
        """Cancelled or revoked by two officers of the province."""
        proposal = self.propose_closing(registration, reason)
        return actions.approve_closing(proposal, by=self._judge(registration, 1), on=self.on)

    def leave_before_renewal(self, registration: Registration) -> None:
        """The holder began to renew and gave the registration up instead: the draft ends with it."""
        me = Actor(user_id=registration.person_id, person_id=registration.person_id)
        draft = actions.begin(registration.person, Kind.RENEWAL, registration=registration, by=me, on=self.on)
        self.close(registration, "own_request")
        actions.end_application(draft, on=self.on)

    def propose_closing(self, registration: Registration, reason: str) -> ClosingProposal:
        """Proposed by one officer of the province, waiting for another."""
        judge = self._judge(registration)
        grounds = registration_policy(self.on).closing_reasons
        if any(one.code == reason and one.investigated for one in grounds):
            case = actions.open_inquiry(
                registration,
                reason_code=reason,
                raised_by="body",
                told="演示：举报称情况不实，附材料复印件",
                by=judge,
                on=self.on,
            )
            actions.add_proof(case, content=paper("proof", 1), filename="proof.jpg", by=judge, on=self.on)
            actions.conclude_inquiry(
                case, is_found=True, findings="演示：经核查，情况属实", by=judge, on=self.on
            )
        return actions.propose_closing(
            registration, reason_code=reason, reason="演示：情况属实，按规定办理", by=judge, on=self.on
        )

    def lose_card(self, registration: Registration) -> None:
        """The holder lost the certificate; a new one with another code replaces it."""
        actions.replace_card(
            registration, reason="演示：证书遗失，已登报声明", by=self._judge(registration), on=self.on
        )

    def _judge(self, about: Registration | Application, which: int = 0) -> Actor:
        province = tree().ancestor(about.region_code, 1, self.on)
        return self.offices.actor("final_registrar", province, which)

    def suspend(self, registration: Registration, during: int = 90) -> None:
        """Suspended for some days from today."""
        judge = self._judge(registration)
        actions.suspend_person(
            registration.person, start=self.on, end=self.on + timedelta(days=during), ground="演示：投诉查实，暂停执业登记",
            by=judge, on=self.on,
        )  # fmt: skip

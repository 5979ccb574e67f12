"""What comes after the first registration: a provider with classes, hours short and enough, complaints under way."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from shegong.config.demo.offices import Offices
from shegong.duties.conduct import actions as conduct
from shegong.duties.conduct.models import Complaint
from shegong.duties.lookup import actions as lookup
from shegong.duties.registry.models import Registration
from shegong.ground.organizations import actions as organizations
from shegong.ground.organizations.models import Organization
from shegong.ground.people.models import Person, names_of
from shegong.kernel.access import SYSTEM, Actor
from shegong.work.education import actions as education
from shegong.work.education.actions import NewEntry
from shegong.work.education.models import Course, Provider
from shegong.work.education.rules.courses import Planned
from shegong.work.employment.models import Employment

YANBIAN, YANJI, TUMEN = 222400000, 222401000, 222402000
MORNING, AFTERNOON = (time(8, 30), time(12, 0)), (time(13, 30), time(18, 0))
HALF = 240  # minutes of a half-day


@dataclass
class Living:
    """Makes it with the same actions that people use; `short` is the registration whose hours are short."""

    seed: int
    offices: Offices
    on: date
    say: Callable[[str], object]

    def make(self, province: int, short: Registration) -> None:
        """Accounts, classes, hours and complaints."""
        self._seats(province)
        provider = self._provider(province)
        self._classes(provider)
        self._hours(provider, short)
        self.say("classes and hours of continuing education")
        self._complaints(short)
        self.say("complaints")
        self._watching(short)
        self.say("watches and alerts")

    def _seats(self, province: int) -> None:
        seat = self.offices.seat
        for region, name in ((province, "jilin"), (YANBIAN, "yanbian")):
            seat(f"{name}tousu", "conduct_officer", region)
            seat(f"{name}qianfa", "conduct_leader", region)
            seat(f"{name}jijian", "discipline_inspector", region)
            for n in range(1, 4):
                seat(f"{name}weiyuan{n}", "conduct_panel", region)
        # Nobody stands above the province: who signed a first look there does not sign the last one.
        seat("jilinqianfa2", "conduct_leader", province)
        seat("yanjitousu", "conduct_officer", YANJI)
        association = organizations.register_organization(
            name="吉林省社会工作协会",
            kind="association",
            region_code=province,
            by=SYSTEM,
            on=self.on,
            accept_similar=True,
        )
        seat("xiehui", "association_clerk", province, association)
        offices = [
            (one, self.offices.actor("conduct_leader", one).authorities[0]) for one in (province, YANBIAN)
        ]
        holders = [
            ("conduct", one, Organization.objects.get(pk=held.organization_id)) for one, held in offices
        ]
        for duty, region, body in (*holders, ("conduct_association", province, association)):
            organizations.date_duty(
                duty=duty,
                region_code=region,
                holders=[(body, None, None)],
                basis="演示",
                by=SYSTEM,
                on=self.on,
            )

    def _provider(self, province: int) -> Provider:
        body = organizations.register_organization(
            name="延边社会工作培训中心",
            kind="public_institution",
            region_code=YANJI,
            by=SYSTEM,
            on=self.on,
            accept_similar=True,
        )
        user = self.offices.seat("peixun", "training_clerk", YANJI, body)
        self.clerk: Actor = self.offices.actor("training_clerk", YANJI)
        self.body: Organization = body
        assert user.person is not None
        start = self.on.replace(day=1) - timedelta(days=900)
        applied = education.apply_for_recognition(body, kinds=["face_to_face"], by=self.clerk, on=start)
        return education.recognise(
            applied, kinds=["face_to_face"], start=start, end=start.replace(year=start.year + 6),
            decision_no="吉民认〔演示〕1号", by=self.offices.actor("final_registrar", province), on=start,
        )  # fmt: skip

    def _classes(self, provider: Provider) -> None:
        self._class(provider, "老年社会工作实务", self.on, 2)
        self._class(provider, "个案管理与危机干预", self.on + timedelta(days=3), 2)
        self._class(provider, "社会救助政策解读", self.on + timedelta(days=10), 4)

    def _class(self, provider: Provider, title: str, first: date, halves: int) -> Course:
        planned = []
        for n in range(halves):
            day, (start, end) = first + timedelta(days=n // 2), (MORNING, AFTERNOON)[n % 2]
            if (
                day == self.on
            ):  # today's two half-days share the day, so that the code can be tried at any hour
                start, end = ((time(0, 1), time(12, 0)), (time(12, 1), time(23, 59)))[n % 2]
            begins, ends = (timezone.make_aware(datetime.combine(day, one)) for one in (start, end))
            planned.append(Planned(day, ("am", "pm")[n % 2], begins, ends, min(HALF, _minutes(start, end))))
        course = education.plan_course(
            provider, title=title, kind="face_to_face", region_code=YANJI, syllabus="讲授、案例研讨、情景演练、测验", capacity=30,
            half_days=planned, teachers="金老师", place="延吉市光明街1号三楼", contact="0433-0000000", has_test=False,
            by=self.clerk, on=self.on,
        )  # fmt: skip
        return education.open_course(
            course, notice="面向已登记社会工作者，名额30人", by=self.clerk, on=self.on
        )

    def _hours(self, provider: Provider, short: Registration) -> None:
        """Nine days in the term for the one who is short of eight hours; whole years for every second other."""
        rows = list(self._days(short.person_id, short.admitted_on, 8))
        others = Registration.objects.filter(region_code=YANJI, closed_on=None).exclude(pk=short.pk)
        for n, one in enumerate(others.order_by("id")):
            rows += self._days(one.person_id, one.admitted_on, 12 if n % 2 else 4)
        rows = [row for row in rows if row.earned_on <= self.on]
        for start in range(0, len(rows), 500):
            education.write(rows[start : start + 500], by=SYSTEM, on=self.on)

    def _days(self, person_id: int, since: date, count: int) -> list[NewEntry]:
        """So many days of eight hours, five weeks apart."""
        return [
            NewEntry(person_id, 480, "class", since + timedelta(days=10 + 35 * n), "demo.day", person_id * 100 + n,
                     provider_id=self.body.pk, title="社会工作实务培训", region_code=YANJI)
            for n in range(count)
        ]  # fmt: skip

    # -- conduct --------------------------------------------------------------------------------------------------------

    def _complaints(self, short: Registration) -> None:
        around = (
            Registration.objects.filter(region_code=YANJI, closed_on=None).exclude(pk=short.pk).order_by("id")
        )
        first, second, third = around[3:6]
        self._lodge(first, "把服务对象的家庭情况告诉了邻居，前后三次，有人可以作证。", "privacy")
        waiting = self._lodge(
            second,
            "上门服务时多次推销保健品，收取现金。",
            "no_private_gain",
            name="赵某",
            contact="13900009999",
        )
        officer = self.offices.actor("conduct_officer", YANBIAN)
        conduct.accept(waiting, by=officer, on=self.on)
        self._decided(self._lodge(third, "对服务对象态度恶劣，拒绝提供服务。", "equal_treatment"), officer)

    def _lodge(self, about: Registration, text: str, duty: str, **more: object) -> Complaint:
        told = {
            "kind": "named" if more else "anonymous", "matter": "conduct",
            "duty": duty, "whom_kind": "worker",
            "register_no": about.register_no, "whom": names_of([about.person_id])[about.person_id], "unit": "", "text": text,
            "region_code": about.region_code, "when": "上个月", "place": "北山街道", "name": "", "contact": "", "tell_me": False,
            "person_id": None,
        } | more  # fmt: skip
        key = hashlib.sha256(f"demo {self.seed} {about.register_no}".encode()).hexdigest()
        conduct.save_draft(key, told, on=self.on)
        return conduct.lodge(key, on=self.on).complaint

    def _decided(self, complaint: Complaint, officer: Actor) -> None:
        """Heard and decided: a warning that the public register shows."""
        panel = [self.offices.actor("conduct_panel", YANBIAN, n) for n in range(3)]
        on = self.on
        conduct.accept(complaint, by=officer, on=on)
        inquiry = conduct.open_inquiry(
            complaint, plan="走访服务对象和同事，听取双方陈述。", by=officer, on=on
        )
        for n, member in enumerate(panel):
            conduct.seat(inquiry, Person.objects.get(pk=member.person_id), leads=n == 0, by=officer, on=on)
        inquiry = conduct.disclose(
            inquiry, text="有人反映你拒绝为服务对象提供服务，请说明情况。", by=officer, on=on
        )
        holder = Actor(user_id=None, person_id=complaint.respondent_id)
        conduct.reply(inquiry, text="当天人手不足，已向服务对象道歉。", by=holder, on=on)
        inquiry = conduct.hear(inquiry, report="两次拒绝服务属实，本人已道歉。", by=officer, on=on)
        for n, member in enumerate(panel):
            seat = inquiry.seats.get(person=member.person_id)
            conduct.vote(seat, measure="warning" if n else "criticism", by=member, on=on)
        decision = conduct.propose_decision(
            inquiry,
            measure="warning",
            grounds=["unequal"],
            reasons="两次无正当理由拒绝提供服务，情况属实。",
            answer="你反映的情况属实，已给予警告并要求改正。",
            by=panel[1],
            on=on,
        )
        conduct.decide(decision, by=self.offices.actor("conduct_leader", YANBIAN), on=on)

    # -- watches --------------------------------------------------------------------------------------------------------

    def _watching(self, staff: Registration) -> None:
        """The employer is told of its own staff and of one partner; the county office of its area; all that happened."""
        body = Employment.objects.current().filter(person=staff.person_id, main=True).get().employer
        clerk = self.offices.actor("org_clerk", YANJI)
        partner = Registration.objects.filter(region_code=TUMEN, closed_on=None).order_by("id").first()
        if partner is not None:
            pair = (partner.register_no, names_of([partner.person_id])[partner.person_id])
            lookup.put_on_list(body, [pair], purpose="联合帮扶项目的合作社工", by=clerk, on=self.on)
        officer = self.offices.actor("first_registrar", YANJI)
        office = Organization.objects.get(pk=officer.authorities[0].organization_id)
        watch = lookup.watch_area(office, region_code=YANJI, by=officer, on=self.on)
        lookup.choose(watch, digest="now", sms=False, email=True, by=officer, on=self.on)
        for step in (lookup.follow_journal, lookup.tell_due):
            while step(self.on):
                pass


def _minutes(start: time, end: time) -> int:
    return (end.hour - start.hour) * 60 + end.minute - start.minute

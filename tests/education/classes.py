"""A provider of Yanji with its clerk, a class of four half-days, and workers."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from stdnum.cn.ric import calc_check_digit

from shegong.ground.organizations.models import Organization
from shegong.ground.people import actions as people
from shegong.ground.regions.models import Region
from shegong.kernel.access import SYSTEM, Actor, Authority, Range
from shegong.kernel.pinyin import grams
from shegong.kernel.temporal import days
from shegong.work.education import actions
from shegong.work.education.actions.courses import secret_of
from shegong.work.education.models import Enrolment
from shegong.work.education.rules.courses import Planned
from shegong.work.education.rules.sign_in import code_at, step_of

ZONE = ZoneInfo("Asia/Shanghai")
JILIN, YANBIAN, YANJI, TUMEN = 220000000, 222400000, 222401000, 222402000
PLACES = [
    (JILIN, 1, "吉林省", None), (YANBIAN, 2, "延边朝鲜族自治州", JILIN), (YANJI, 3, "延吉市", YANBIAN),
    (TUMEN, 3, "图们市", YANBIAN),
]  # fmt: skip
DAY = date(2026, 3, 2)
TITLE = "社会工作实务：个案管理"


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=ZONE)


def number_of(place: int) -> str:
    body = f"99000019850101{place:03d}"
    return body + calc_check_digit(body + "0")


def planned(first: date = DAY, count: int = 4) -> list[Planned]:
    found = []
    for place in range(count):
        day = first + timedelta(days=place // 2)
        start, end = ((8, 30), (12, 0)) if place % 2 == 0 else ((13, 30), (17, 0))
        found.append(Planned(day, ("am", "pm")[place % 2], at(day, *start), at(day, *end), 210))
    return found


class World:
    """What the tests of classes share."""

    def __init__(self) -> None:
        for code, level, name, parent in PLACES:
            Region.objects.get_or_create(
                code=code,
                level=level,
                name=name,
                parent_code=parent,
                defaults={"during": days(date(1949, 10, 1))},
            )
        self.body = Organization.objects.create(
            kind="school", level=3, region_code=YANJI, name="延边社会工作培训中心"
        )
        self.other = Organization.objects.create(
            kind="school", level=3, region_code=TUMEN, name="图们职工学校", grams=grams("图们职工学校")
        )
        self.clerk, self.rival = self.clerk_of(self.body), self.clerk_of(self.other)
        self.province = self.officer(
            {"education.read", "education.recognise", "education.check"}, JILIN, 10**7
        )
        self.workers = 0
        applied = actions.apply_for_recognition(
            self.body, kinds=["face_to_face"], by=self.clerk, on=date(2024, 1, 5)
        )
        self.provider = actions.recognise(
            applied, kinds=["face_to_face"], start=date(2024, 2, 1), end=date(2028, 1, 31), by=self.province,
            on=date(2024, 1, 20),
        )  # fmt: skip

    def person(self):
        return people.create_person(by=SYSTEM, on=DAY)

    def clerk_of(self, body) -> Actor:
        person = self.person()
        authority = Authority(
            "training_clerk", frozenset({"education.teach"}), (), None, None, body.pk, body.name
        )
        return Actor(user_id=person.id, person_id=person.id, authorities=(authority,))

    def officer(self, permissions, region, span) -> Actor:
        person = self.person()
        authority = Authority(
            "final_registrar", frozenset(permissions), (Range(region, region + span),), region, 1
        )
        return Actor(user_id=person.id, person_id=person.id, authorities=(authority,))

    def worker(self):
        """(person, herself acting, number, name)."""
        self.workers += 1
        person, name = self.person(), "王" + "一二三四五六七八九"[self.workers % 9] + "芳"
        people.state_identity(person, kind="resident", number=number_of(self.workers), by=SYSTEM, on=DAY)
        people.state_name(person, name=name, by=SYSTEM, on=DAY, source="office")
        return person, Actor(user_id=person.id, person_id=person.id), number_of(self.workers), name

    def course(self, capacity: int = 30, opened: bool = True, first: date = DAY, **more):
        common = {"by": self.clerk, "on": first - timedelta(days=20)}
        course = actions.plan_course(
            self.provider, title=TITLE, kind="face_to_face", region_code=YANJI, syllabus="个案管理四讲", capacity=capacity,
            half_days=planned(first), teachers="金老师", place="延吉市光明街1号", **common, **more,
        )  # fmt: skip
        return actions.open_course(course, notice="欢迎报名", **common) if opened else course


def code_of(half_day, moment: datetime) -> str:
    return code_at(secret_of(half_day), step_of(moment))


def sign(course, half_day, actor, moment, *, device="", now=None, code=None):
    return actions.sign_in(
        course, code=code or code_of(half_day, moment), claimed=moment, device=device or f"phone {actor.person_id}",
        by=actor, on=(now or moment).date(), now=now or moment,
    )  # fmt: skip


def held(world, people=2, tested=True, code=True, first=DAY):
    """A class that was held: everybody in every half-day by code, co-signed, tested."""
    course = world.course(first=first)
    halves = list(course.half_days.order_by("starts_at"))
    actors = [world.worker()[1] for _ in range(people)]
    for half in halves:
        moment = half.starts_at + timedelta(minutes=10)
        for actor in actors if code else ():
            sign(course, half, actor, moment)
        actions.cosign(half, by=world.clerk, on=half.on, now=half.ends_at)
    end = course.last_on
    course = actions.finish_course(course, by=world.clerk, on=end)
    seats = Enrolment.objects.filter(course=course)
    if tested:
        results = [actions.recording.Result(one.pk, 80, True) for one in seats]
        actions.record_results(course, results, by=world.clerk, on=end)
    return course, halves, actors

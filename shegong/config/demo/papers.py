"""What the plan's offices wrote to each other: reports with frozen figures, a supervision notice and its answers, the acceptance
under way; and this autumn's joint conference of 延边, of whose decisions one is late."""

from collections.abc import Callable
from datetime import date, timedelta

from shegong.config.demo.offices import Offices
from shegong.config.demo.steering import PAPER
from shegong.ground.documents import actions as documents
from shegong.ground.documents.models import Addressee, OfficialDocument
from shegong.ground.organizations.models import Organization
from shegong.ground.tasks import actions as tasks
from shegong.ground.tasks.models import Task
from shegong.kernel.access import SYSTEM, Actor
from shegong.steering.council import actions as council
from shegong.steering.council.models import Meeting, Member
from shegong.steering.oversight import actions as oversight
from shegong.steering.oversight.models import Report
from shegong.steering.programme.models import SubPlan

PROVINCE, YANBIAN, BAICHENG = 220000000, 222400000, 220800000
PROOF = [("整改情况（盖章）.pdf", PAPER)]
WORDS = {
    "overview": "万名社会工作人员培养计划总体推进顺利，选聘、培训、考试各项工作有序开展。",
    "measures": "健全联席会议工作机制，加大财政投入，依托高校建立培训基地。",
    "problems": "部分地区考试通过人数低于年度计划，白城、松原进度偏慢。",
    "next": "加强考前辅导，补齐短板，确保三年目标如期完成。",
    "effects": "基层社会工作力量明显增强，社会救助服务水平不断提升。",
}
SEED = "双色球2014018期 03 09 12 17 25 31"
# The departments that sit beside the office, each with its liaison: a piece of the name → of the account.
SEATS = {
    "财政": "caizheng", "人力资源": "renshe", "教育": "jiaoyu", "组织部": "zuzhi", "妇女联合会": "fulian", "共青团": "tuanwei",
    "残疾人联合会": "canlian",
}  # fmt: skip
AGENDA = (
    ("deploy", "基层社工岗位经费"),
    ("carry_out", "高校毕业生选聘"),
    ("study", "高校培训基地建设"),
)
# Text and days until it is due.
DECIDED = (
    ("将2027年社工岗位补贴列入州级财政预算并书面反馈", 29),
    ("11月底前发布下一批选聘公告", 60),
    ("提出依托延边大学建立培训基地的方案", 120),
)


class Papers:
    """Writes them with the officers who would."""

    def __init__(self, offices: Offices, on: date, say: Callable[[str], object]):
        self.offices, self.on, self.say = offices, on, say
        self.sixth = SubPlan.objects.get(number=6)

    def make(self) -> None:
        """Everything, in the order of time."""
        talent = Organization.objects.get(name="吉林省人才工作领导小组办公室")
        self.offices.seat("talentleader", "leader", PROVINCE, talent)
        for n in (1, 2, 3):
            self.offices.seat(f"panel{n}", "acceptance_panel", PROVINCE, talent)
        self._report("year_end", 2011, date(2012, 1, 6), "请总结经验，巩固成果。")
        self._notice()
        self._report("year_end", 2012, date(2013, 1, 8), "已阅。请抓紧补齐证书考试短板，重点督促白城。")
        self._report("year_end", 2013, date(2014, 1, 9), "三年目标基本完成，请做好结项验收。")
        final = self._report("final", None, date(2014, 1, 20), "")
        self._acceptance(final)
        self.say("reports, a supervision notice, acceptance")
        self._conference()
        self.say("joint conference of 延边")

    # -- the plan ----------------------------------------------------------------------------------------------------

    def _report(self, kind: str, year: int | None, on: date, remarks: str) -> Report:
        writer, colleague = (self.offices.actor("subplan_lead", PROVINCE, n) for n in (0, 1))
        report = oversight.draft_report(subplan=self.sixth, kind=kind, year=year, by=writer, on=on)
        texts = {section.key: WORDS[section.key] for section in report.sections.all() if section.key in WORDS}
        report = oversight.write_report(report, texts=texts, by=writer, on=on)
        report = oversight.review_report(report, by=colleague, on=on)
        report = oversight.sign_report(report, by=writer, on=on)
        documents.sign(report.document, by=self.offices.actor("leader", PROVINCE), on=on)
        report = oversight.submit_report(report, by=writer, on=on)
        if remarks:
            coordinator = self.offices.actor("programme_coordinator", PROVINCE)
            report = oversight.receive_report(
                report, remarks=remarks, by=coordinator, on=on + timedelta(days=3)
            )
        return report

    def _notice(self) -> None:
        """Training in the first half of 2012: 白城 and others are named, answer with proof and are closed."""
        on, due = date(2012, 7, 16), date(2012, 8, 31)
        coordinator = self.offices.actor("programme_coordinator", PROVINCE)
        notice = oversight.draft_circular(
            subplan=self.sixth, region_code=PROVINCE, indicator="K-S2012.3", period="2012年上半年",
            title="关于2012年上半年服务人员培训进展情况的通报", as_of=date(2012, 6, 30), due_on=due, by=coordinator, on=on,
        )  # fmt: skip
        notice = oversight.send_to_sign(notice, by=coordinator, on=on)
        documents.sign(notice.document, by=self.offices.actor("leader", PROVINCE, 1), on=on)
        notice = oversight.issue_circular(notice, by=coordinator, on=on)
        for receipt in Addressee.objects.filter(document=notice.document):
            documents.acknowledge(receipt, by=SYSTEM, on=on + timedelta(days=1))
        for row in notice.rows.exclude(task=None).select_related("task"):
            unit = self.offices.actor("plan_officer", row.region_code)
            task = tasks.acknowledge(row.task, by=unit, on=on + timedelta(days=2))
            tasks.reply(
                task,
                text="已增开两期培训班，缺额人员九月底前全部培训到位。",
                papers=PROOF,
                by=unit,
                on=due - timedelta(days=6),
            )
            task.refresh_from_db()
            tasks.close(task, note="材料齐全，同意销号。", by=coordinator, on=due)

    def _acceptance(self, final: Report) -> None:
        on = date(2014, 2, 20)
        coordinator = self.offices.actor("programme_coordinator", PROVINCE)
        acceptance = oversight.apply_for_acceptance(
            final, by=self.offices.actor("subplan_lead", PROVINCE), on=on
        )
        for n, user in enumerate(self.offices.users["acceptance_panel", PROVINCE]):
            oversight.name_panelist(acceptance, user.person, is_chair=n == 0, by=coordinator, on=on)
        oversight.open_review(acceptance, seed=SEED, by=coordinator, on=on)

    # -- the joint conference ----------------------------------------------------------------------------------------

    def _conference(self) -> None:
        held, minuted = self.on - timedelta(days=50), self.on - timedelta(days=46)
        officer = self.offices.actor("plan_officer", YANBIAN)
        conference = council.found_conference(region_code=YANBIAN, by=officer, on=held - timedelta(days=20))
        members = {
            member.organization: member
            for member in Member.objects.sitting(conference, held).select_related("organization")
        }
        finance, hr, education = (self._body(members, word) for word in ("财政", "人力资源", "教育"))
        for word, name in SEATS.items():
            self.offices.seat(f"yanbian{name}", "department_clerk", YANBIAN, self._body(members, word))
        self.offices.seat("yanbianleader", "leader", YANBIAN)
        meeting = council.plan_meeting(
            conference,
            title="延边州社会工作联席会议第一次会议",
            held_on=held,
            place="州民政局三楼会议室",
            by=officer,
            on=held - timedelta(days=14),
        )
        items = [
            council.add_item(meeting, kind=kind, title=title, by=officer, on=held - timedelta(days=14))
            for kind, title in AGENDA
        ]
        meeting = council.notify(meeting, by=officer, on=held - timedelta(days=10))
        for member in members.values():
            council.record_attendance(meeting, member, presence="present", by=officer, on=held)
        meeting = council.hold(meeting, by=officer, on=held)
        for item, body, (text, days) in zip(items, (finance, hr, education), DECIDED, strict=True):
            council.resolve(
                item,
                text=text,
                responsible=body,
                due_on=held + timedelta(days=days),
                indicator="K-T1",
                by=officer,
                on=held,
            )
        self._minutes(meeting, officer, minuted)
        self._answered(hr)

    def _body(self, members: dict[Organization, Member], word: str) -> Organization:
        return next(body for body in members if word in body.name)

    def _minutes(self, meeting: Meeting, officer: Actor, on: date) -> None:
        minutes = council.draft_minutes(meeting, by=officer, on=on)
        minutes = documents.circulate(minutes, by=officer, on=on)
        for one in minutes.cosigns.all():
            documents.cosign(one, result="agreed", by=SYSTEM, on=on)
        minutes = OfficialDocument.objects.get(pk=minutes.pk)
        minutes = documents.sign(minutes, by=self.offices.actor("leader", YANBIAN), on=on)
        documents.issue(minutes, by=officer, on=on)
        meeting.refresh_from_db()
        council.minute(meeting, by=officer, on=on)
        for receipt in Addressee.objects.filter(document=minutes)[:5]:
            documents.acknowledge(receipt, by=SYSTEM, on=on + timedelta(days=1))

    def _answered(self, body: Organization) -> None:
        """One department has done what was decided, finance is late, the third still has time."""
        task = Task.objects.get(responsible=body, region_code=YANBIAN)
        clerk = self.offices.actor("department_clerk", YANBIAN, 1)
        tasks.reply(
            task,
            text="选聘公告已于本月发布，计划招聘42人。",
            papers=PROOF,
            by=clerk,
            on=self.on - timedelta(days=9),
        )
        task.refresh_from_db()
        tasks.close(
            task,
            note="已核实公告。",
            by=self.offices.actor("plan_officer", YANBIAN),
            on=self.on - timedelta(days=5),
        )

"""A round of dispatch before the final acceptance: every unit is asked once more what it has; most confirm what stands,
one is late, one is sent back, two have not answered."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from shegong.config.demo.offices import Offices
from shegong.config.demo.steering import PAPER
from shegong.steering.oversight import actions as oversight
from shegong.steering.oversight.actions.returns import counted_now, entered_before
from shegong.steering.oversight.models import Asked, DispatchReturn
from shegong.steering.programme.models import SubPlan

PROVINCE, BAICHENG, SONGYUAN, BAISHAN, TONGHUA, CHANGBAISHAN = (
    220000000, 220800000, 220700000, 220600000, 220500000, 229900000,
)  # fmt: skip
SILENT, LATE, UNCHECKED, RETURNED = (BAICHENG, SONGYUAN), BAISHAN, TONGHUA, CHANGBAISHAN
END = date(2013, 12, 31)
ASKED = ("K-G4", "K-T1", "K-S2013.3")
QUESTION = "结项验收前尚未办结的事项"


class Rounds:
    """Asks and answers it with the officers who would, in the last three weeks."""

    def __init__(self, offices: Offices, on: date, say: Callable[[str], object]):
        self.offices, self.on, self.say = offices, on, say
        self.lead, self.colleague = (offices.actor("subplan_lead", PROVINCE, n) for n in (0, 1))

    def make(self) -> None:
        """The round, due three days ago."""
        opens, due = self.on - timedelta(days=20), self.on - timedelta(days=3)
        row = oversight.draft_round(
            subplan=SubPlan.objects.get(number=6), region_code=PROVINCE, period="结项核对", title="结项验收前核对三年完成数",
            as_of=END, opens_on=opens, due_on=due, indicators=ASKED, questions=[QUESTION],
            note="系统已有的数字请核对确认；登记系统没有的数字请附盖章名单。", by=self.lead, on=opens,
        )  # fmt: skip
        row = oversight.open_round(row, by=self.lead, on=opens)
        for answer in row.returns.select_related("dispatch").order_by("region"):
            if answer.region_code not in SILENT:
                self._answer(answer, due)
        self.say("a round of dispatch")

    def _answer(self, row: DispatchReturn, due: date) -> None:
        """What the registers count is confirmed, what was entered before stated anew."""
        asked = list(Asked.objects.filter(dispatch=row.dispatch))
        handed_in = due + timedelta(days=2) if row.region_code == LATE else due - timedelta(days=4)
        unit = self.offices.actor("plan_officer", row.region_code)
        texts = {one.pk: "无。" for one in asked if one.question}
        unknown = [pk for pk, amount in counted_now(row, asked).items() if amount is None]
        own: dict[int, int | None] = {**dict.fromkeys(unknown, 0), **entered_before(row, asked)}
        row = oversight.submit_return(
            row, own=own, texts=texts, papers=[("三年完成数（盖章）.pdf", PAPER)], by=unit, on=handed_in
        )
        moment = timezone.make_aware(datetime.combine(handed_in, time(10)))
        DispatchReturn.objects.filter(pk=row.pk).update(submitted_at=moment)
        if row.region_code == RETURNED:
            oversight.send_back_return(row, reason="名单未盖章，请补齐后重报", by=self.colleague, on=due)
        elif row.region_code != UNCHECKED:
            oversight.check_return(row, by=self.colleague, on=self.on)

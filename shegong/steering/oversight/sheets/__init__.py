"""Layout 10, 季度调度表: what a unit hands in for a dispatch round, as a workbook (N6)."""

from shegong.kernel.sheets.layout import Layout, Question, declare
from shegong.kernel.text import N_
from shegong.steering.oversight.rules import Permission
from shegong.steering.oversight.sheets.checking import check
from shegong.steering.oversight.sheets.columns import COLUMNS
from shegong.steering.oversight.sheets.rounds import open_rounds
from shegong.steering.oversight.sheets.taking import take, touched, undo

DISPATCH = declare(
    Layout(
        key="dispatch",
        number=10,
        title=N_("Quarterly dispatch table"),
        form_title="季度调度表",
        permission=str(Permission.ANSWER),
        columns=COLUMNS,
        check=check,
        take=take,
        undo=undo,
        touched=touched,
        one_per=("indicator", "unit"),
        clause="N6",
        chunk=200,
        questions=(
            Question(
                "round",
                N_("For which round"),
                open_rounds,
                N_("The rows fill in your unit's return; look at it afterwards and hand it in."),
            ),
        ),
        sequel=("oversight:unit", N_("Look at the return and hand it in")),
    )
)

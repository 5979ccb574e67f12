"""The class list as a workbook (结业名单): one row a person, handed in on the page of its class.

It is no kind of batch of the offices: the class is known from the page, its rows are few, and what is wrong is said at once.
"""

from collections.abc import Sequence

from shegong.kernel.sheets.cells import Identity, Name, Number, YesNo
from shegong.kernel.sheets.layout import Column, Layout, Row, Taking
from shegong.kernel.text import N_
from shegong.work.education.rules import Permission
from shegong.work.education.rules.courses import CLAUSE
from shegong.work.education.web.workbook_cells import Halves


def _nothing(rows: Sequence[Row], taking: Taking) -> None:
    """Rows are compared with the class by the action that takes them."""


CLASS_LIST = Layout(
    key="class_list",
    number=20,
    title=N_("Class list as a workbook"),
    form_title="继续教育班次名单",
    permission=str(Permission.TEACH),
    columns=(
        Column("name", "姓名", Name(), ("学员姓名",), required=True, sample="李英爱"),
        Column("identity", "证件号码", Identity(), ("身份证号", "身份证号码", "居民身份证号码"), required=True,
               sample="990000198501010019"),
        Column("halves", "出勤", Halves(), ("出勤情况", "签到", "出勤半天"), required=True, sample="全勤",
               hint=N_("全勤 for every half-day, else the half-days: 2026-3-2上午；2026-3-2下午")),
        Column("score", "成绩", Number(), ("考核成绩", "分数"), sample="86", hint=N_("0 to 100; empty without a test.")),
        Column("passed", "考核合格", YesNo(), ("是否合格", "考核结果"), sample="是"),
    ),
    check=_nothing,
    take=_nothing,
    undo=lambda taking: None,
    touched=lambda taking: (),
    one_per=("identity",),
    once="identity",
    clause=CLAUSE,
)  # fmt: skip

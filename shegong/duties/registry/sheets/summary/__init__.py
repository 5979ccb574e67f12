"""Layout 7, 登记申请汇总表: paper applications that a county enters by its summary (rules E7; T4.2.a).

Each good row is handed in at the counter in that person's name; 初审意见 同意 passes the first review with it.
"""

from shegong.duties.registry.rules import Permission
from shegong.duties.registry.sheets.summary.checking import check
from shegong.duties.registry.sheets.summary.columns import COLUMNS
from shegong.duties.registry.sheets.summary.taking import take, touched, undo
from shegong.kernel.sheets.layout import Layout, declare
from shegong.kernel.text import N_

SUMMARY = declare(
    Layout(
        key="registration_summary",
        number=7,
        title=N_("Summary of registration applications"),
        form_title="社会工作者登记申请汇总表",
        permission=str(Permission.FIRST_REVIEW),
        columns=COLUMNS,
        check=check,
        take=take,
        undo=undo,
        touched=touched,
        one_per=("identity",),
        clause="T4.2.a",
        chunk=100,
    )
)

"""Layout 6, 考试通过名单: the pass list of an examination, which checks certificates (rules E6; T4.2.b).

It creates nobody: a line waits until the person states the certificate, or verifies the one that is there.
"""

from shegong.ground.credentials.rules import Permission
from shegong.ground.credentials.sheets.checking import check
from shegong.ground.credentials.sheets.columns import COLUMNS
from shegong.ground.credentials.sheets.covering import COVERS
from shegong.ground.credentials.sheets.taking import restate, take, touched, undo
from shegong.kernel.sheets.layout import Layout, declare
from shegong.kernel.text import N_

PASS_LIST = declare(
    Layout(
        key="pass_list",
        number=6,
        title=N_("Pass list of an examination"),
        form_title="社会工作者职业水平考试合格人员名单",
        permission=str(Permission.PASS_LIST),
        columns=COLUMNS,
        check=check,
        take=take,
        undo=undo,
        touched=touched,
        one_per=("management_no",),
        clause="T4.2.b",
        questions=(COVERS,),
        restate=restate,
        sequel=("credentials:waiting", N_("Lines that wait for a certificate")),
        chunk=1000,
    )
)

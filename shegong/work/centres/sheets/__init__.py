"""Layout 9, 服务中心台账: the ledger of service centres (T1.2.b)."""

from shegong.kernel.sheets.layout import Layout, declare
from shegong.kernel.text import N_
from shegong.work.centres.rules import CLAUSE, Permission
from shegong.work.centres.sheets.checking import check
from shegong.work.centres.sheets.columns import COLUMNS
from shegong.work.centres.sheets.taking import take, touched, undo

CENTRES = declare(
    Layout(
        key="centres",
        number=9,
        title=N_("Ledger of service centres"),
        form_title="社会救助服务中心台账",
        permission=str(Permission.EDIT),
        columns=COLUMNS,
        check=check,
        take=take,
        undo=undo,
        touched=touched,
        one_per=("name",),
        clause=CLAUSE,
        chunk=100,
    )
)

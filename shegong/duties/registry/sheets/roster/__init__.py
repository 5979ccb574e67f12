"""Layout 1, 社会工作者花名册: the roster of social workers, into people, workplaces, degrees and certificates (T4.2.b).

What the base says stands: a roster adds what is missing and never replaces. Where a cell differs, the clerk keeps the
base's, or changes the person's page first.
"""

from shegong.duties.registry.sheets.roster.checking import check
from shegong.duties.registry.sheets.roster.columns import COLUMNS
from shegong.duties.registry.sheets.roster.plan import Plan
from shegong.duties.registry.sheets.roster.taking import prepare, take
from shegong.duties.registry.sheets.roster.undoing import touched, undo
from shegong.ground.people.rules import Permission
from shegong.kernel.sheets.layout import Layout, declare
from shegong.kernel.text import N_

ROSTER = declare(
    Layout(
        key="roster",
        number=1,
        title=N_("Roster of social workers"),
        form_title="社会工作者花名册",
        permission=str(Permission.EDIT),
        columns=COLUMNS,
        check=check,
        take=take,
        revive=Plan.revived,
        prepare=prepare,
        undo=undo,
        touched=touched,
        one_per=("identity",),
        once="management_no",
        clause="T4.2.b",
        heeds=(
            "people.",
            "organizations.",
            "employment.",
            "credentials.",
            "registry.",
            "dossier.",
            "privacy.",
            "regions.",
        ),
        chunk=1000,
    )
)

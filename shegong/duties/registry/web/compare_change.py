"""A change, cancellation or reissue beside what the register holds: what is asked for, who agrees, by which paper."""

from django.utils.translation import gettext

from shegong.duties.registry.models import Application
from shegong.duties.registry.models.changes import ChangeDetail
from shegong.duties.registry.models.facts import Ground
from shegong.duties.registry.rules.changes import What
from shegong.duties.registry.web.compare_renewal import DIFFERS, LOOK, SAME, Row, row_of
from shegong.duties.registry.web.my_changes import change_rows
from shegong.ground.people.models import main_identity

PAPER = {
    What.EMPLOYER: "employment",
    What.NAME: "name_proof",
    What.LEVEL: "certificate",
    What.REGION: "employment",
}


def compared_change(application: Application, ground: Ground) -> list[Row]:
    """Rows of label, stated, record and mark."""
    detail, change = ChangeDetail.objects.filter(application=application).first(), ground.facts.change
    if detail is None or change is None:
        return []
    asked, *rest = change_rows(application)
    before, new = ("", "") if len(rest) < 2 else (rest[0]["value"], rest[-1]["value"])
    rows = [
        row_of(asked["label"], asked["value"], gettext("Asked by the holder"), SAME),
        _identity(application, ground),
    ]
    what = What(detail.what)
    if what not in PAPER:
        return [*rows, row_of(gettext("What happened, or why"), detail.note, before or "", SAME)]
    record = gettext("In the register: %(before)s") % {"before": before or "—"}
    paper = "domicile" if what == What.REGION and application.ground == "domicile" else PAPER[what]
    rows.append(row_of(gettext("From now on"), new, record, LOOK if change.differs else DIFFERS, paper))
    if what == What.EMPLOYER:
        waiting = change.is_waiting or change.is_disputed
        said = (
            gettext("The employer has not confirmed the change") if waiting else gettext("Nobody disputes it")
        )
        rows.append(row_of(gettext("Employer"), new, said, DIFFERS if waiting else SAME))
    if detail.escalated_on:
        said = gettext("The receiving county did not accept it by then")
        rows.append(row_of(gettext("Passed up"), detail.escalated_on.isoformat(), said, SAME))
    return rows


def _identity(application: Application, ground: Ground) -> Row:
    identity = main_identity(application.person_id)
    label, masked = gettext("Identity number"), ground.facts.identity_masked
    if identity and identity.verified_on:
        record = gettext("Compared with the card on %(day)s") % {"day": identity.verified_on}
        return row_of(label, masked, record, SAME) | {"identity": True}
    seen = gettext("See the photo of the identity card")
    return row_of(label, masked, seen, LOOK, "identity") | {"identity": True}

"""Officers declare whom they are related to; from then on the database keeps them from that person's cases (回避)."""

from datetime import date

from django.db import transaction

from shegong.duties.conduct.models import Kin
from shegong.duties.conduct.rules import Permission
from shegong.duties.registry.models import Registration
from shegong.ground.people.models import names_of
from shegong.kernel import journal
from shegong.kernel.access import Actor, require
from shegong.kernel.characters import plain
from shegong.kernel.clauses import answers
from shegong.kernel.refusal import Obstacle, Refused
from shegong.kernel.text import N_
from shegong.kernel.walls_acting import lifted

RELATIONS = {
    "spouse": N_("Husband or wife"),
    "blood": N_("Blood relation within three generations"),
    "in_law": N_("Close in-law"),
    "interest": N_("Another interest"),
}


@answers("T4.2.f")
@transaction.atomic
def declare_kin(*, register_no: str, name: str, relation: str, by: Actor, on: date) -> Kin:
    """Say that the acting officer is related to a registered person; number and name must belong together. It stays."""
    require(by, Permission.READ)
    if relation not in RELATIONS:
        raise Refused(Obstacle("relation", N_("Choose from the list."), field="relation"))
    with lifted("a relative may be registered anywhere in the province"):
        row = Registration.objects.filter(register_no=plain(register_no).upper()).order_by("pk").first()
        known = names_of([row.person_id]).get(row.person_id, "") if row else ""
    if row is None or plain(known) != plain(name) or row.person_id == by.person_id:
        message = N_("No registered person has this number and name.")
        raise Refused(Obstacle("register_no", message, field="register_no"))
    kin, made = Kin.objects.get_or_create(
        person_id=by.person_id, relative_id=row.person_id, defaults={"relation": relation, "declared_on": on}
    )
    if made:
        journal.write("conduct.kin.declare", by=by, subject=kin, about_person_id=by.person_id, rows=[kin])
    return kin

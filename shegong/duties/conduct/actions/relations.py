"""Officers declare whom they are related to; from then on the database keeps them from that person's cases (回避)."""

from datetime import date

from django.db import transaction

from shegong.duties.conduct.models import Kin
from shegong.duties.conduct.rules import Permission
from shegong.duties.registry.models import Registration
from shegong.ground.people.models import names_of
from shegong.kernel import journal
from shegong.kernel.access import Actor, half, require
from shegong.kernel.characters import plain
from shegong.kernel.clauses import answers
from shegong.kernel.copying import Keyed
from shegong.kernel.refusal import Obstacle, Refused, reason_obstacles, refuse_if
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
    """Say that the acting officer is related to a registered person; number and name must belong together."""
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


@half
@answers("T4.2.f")
@transaction.atomic
def say_over(kin: Kin, *, why: str, by: Actor, on: date) -> Kin:
    """Say that a relation of one's own is over, or was declared by mistake. It holds until the discipline inspector agrees:
    who could end it alone could end it to read a case."""
    require(by, Permission.READ)
    refuse_if(reason_obstacles(why, "why"))
    row = Kin.objects.select_for_update().filter(pk=kin.pk, person=by.person_id).first()
    if row is None:
        raise Refused(Obstacle("kin_over", N_("This relation is over.")))
    row.over_why, row.over_asked_on = why.strip(), on
    row.save(update_fields=["over_why", "over_asked_on"])
    journal.write("conduct.kin.say_over", by=by, subject=row, about_person_id=by.person_id, rows=[row])
    return row


@half
@answers("T4.2.f")
@transaction.atomic
def end_kin(kin: Kin, *, agreed: bool, by: Actor, on: date) -> Kin:
    """The inspector agrees that a relation is over, from today, or leaves it as declared. Refuses the officer herself."""
    require(by, Permission.AUDIT)
    with lifted("relations are seen by who declared them; the inspector ends them"):
        row = Kin.objects.select_for_update().filter(pk=kin.pk, over_asked_on__isnull=False).first()
        if row is None:
            raise Refused(Obstacle("kin_over", N_("This relation is over.")))
        if row.person_id == by.person_id:
            raise Refused(Obstacle("four_eyes", N_("Another person must sign what you proposed.")))
        if agreed:
            key = Keyed(Kin, [row.pk])
            about, relation = row.person_id, row.relation
            Kin.objects.filter(pk=row.pk).delete()
            journal.write("conduct.kin.withdraw", by=by, subject=row, about_person_id=about, gone=[key],
                          facts={"relation": relation})  # fmt: skip
            return row
        row.over_asked_on, row.over_why = None, ""
        row.save(update_fields=["over_asked_on", "over_why"])
        journal.write("conduct.kin.keep", by=by, subject=row, about_person_id=row.person_id, rows=[row])
    return row

"""Protection of who complained: changes to her records from the side complained of are flagged for the inspector, by a job
that follows the journal; an anonymous complainant cannot be watched over. Series without ground are stated by evidence."""

from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from shegong.duties.conduct.actions.claiming import claim
from shegong.duties.conduct.models import Complaint, EarlierComplaint
from shegong.duties.conduct.models.decisions import Decision
from shegong.duties.conduct.models.flags import Flag, FlagCursor, SerialFinding
from shegong.duties.conduct.models.policies import sanction_policy
from shegong.duties.conduct.models.secrets import secrets_of
from shegong.duties.conduct.models.sides import respondent_of, units_of
from shegong.duties.conduct.rules import Permission
from shegong.duties.conduct.rules.inquiry import text_obstacles
from shegong.duties.conduct.rules.recusal import Respondent
from shegong.duties.conduct.sealed_text import closed
from shegong.kernel import journal
from shegong.kernel.access import SYSTEM, Actor, require
from shegong.kernel.clauses import answers
from shegong.kernel.jobs import at_start, job
from shegong.kernel.journal import JournalEntry
from shegong.kernel.refusal import Obstacle, Refused, reason_obstacles, refuse_if
from shegong.kernel.text import N_
from shegong.kernel.walls_acting import lifted

PART = 2000  # entries of the journal in one run
READINGS = ("view", "read", "export", "open", "reveal")  # a reading changes nothing


@at_start
@job("conduct.watch", cron="*/5 * * * *", attempts=1)
def watch_retaliation(every: bool = False) -> int:
    """Every five minutes: entries since the last run that change the records of somebody who complained, made by who is
    complained of or from her unit, raise a flag. How many."""
    return raise_flags(timezone.localdate())


@transaction.atomic
def raise_flags(on: date) -> int:
    """Read the journal on from where the last run stopped."""
    cursor, _ = FlagCursor.objects.select_for_update().get_or_create(pk=1)
    watched = _watched(on)
    new = JournalEntry.objects.filter(seq__gt=cursor.seq).order_by("seq")[:PART]
    flags = []
    last = cursor.seq
    for entry in new:
        last = entry.seq
        for complaint, sides in watched.get(entry.about_person_id or 0, ()):
            if (
                entry.person_id is None
                or entry.verb.rpartition(".")[2] in READINGS
                or entry.person_id == entry.about_person_id
            ):
                continue
            if (
                entry.organization_id in sides.units
                or entry.person_id == sides.person_id
                or (units_of(entry.person_id, on) & sides.units)
            ):
                flags.append(Flag(complaint=complaint, seq=entry.seq))
    FlagCursor.objects.filter(pk=cursor.pk).update(seq=last)
    made = Flag.objects.bulk_create(flags, ignore_conflicts=True)
    rows = list(Flag.objects.filter(seq__in=[one.seq for one in made]))
    for row in rows:
        journal.write("conduct.flag.raise", by=SYSTEM, subject=row, rows=[row])
    return len(rows)


def _watched(on: date) -> dict[int, list[tuple[Complaint, Respondent]]]:
    """Who complained in her name or in confidence within the days set, with the side complained of."""
    since = on - timedelta(days=sanction_policy(on).retaliation_days)
    found: dict[int, list[tuple[Complaint, Respondent]]] = {}
    for complaint in Complaint.objects.filter(received_on__gte=since).exclude(kind="anonymous"):
        person = secrets_of(complaint).person
        if person is not None:
            found.setdefault(person, []).append((complaint, respondent_of(complaint, on)))
    return found


@answers("T4.2.f")
@transaction.atomic
def look_at_flag(flag: Flag, *, finding: str, note: str, by: Actor, on: date) -> Flag:
    """The inspector's finding: nothing in it, or retaliation. Refuses whoever is complained of or of the same unit."""
    require(by, Permission.AUDIT)
    if finding not in ("none", "retaliation"):
        raise Refused(Obstacle("finding_needed", N_("Choose what you found."), "finding"))
    refuse_if(reason_obstacles(note, "note"))
    with lifted("flags are behind the system's wall; the inspector reads them as such"):
        if not Flag.objects.filter(pk=flag.pk, looked_on__isnull=True).update(
            finding=finding, note=note.strip(), looked_on=on, looked_by_id=by.person_id
        ):
            raise Refused(Obstacle("looked_before", N_("This flag has been looked at.")))
        flag.refresh_from_db()
    journal.write("conduct.flag.look", by=by, subject=flag, rows=[flag], facts={"finding": finding})
    return flag


@answers("T4.2.f")
@transaction.atomic
def propose_serial(complaint: Complaint, *, evidence: str, by: Actor, on: date) -> SerialFinding:
    """State that a complaint continues a series: so many before it, of the same origin or with the same facts, were looked
    into and found groundless. Refuses without them; nothing is refused to the complainant by it."""
    row = claim(complaint, Permission.INVESTIGATE, by=by, on=on)
    refuse_if(text_obstacles(evidence, "evidence"))
    least = sanction_policy(on).serial_least
    before = EarlierComplaint.objects.filter(complaint=row).values("before")
    groundless = Decision.objects.filter(complaint__in=before, measure="dismissed", decided_on__isnull=False)
    if groundless.values("complaint").distinct().count() < least:
        message = N_(
            "A series needs at least %(least)s earlier complaints that were looked into and found groundless."
        )
        raise Refused(Obstacle("no_series", message, params={"least": least}))
    if SerialFinding.objects.filter(complaint=row).exists():
        raise Refused(Obstacle("serial_before", N_("This has been stated.")))
    made = SerialFinding(complaint=row, proposer_id=by.person_id, proposed_on=on)
    made.evidence = closed(SerialFinding, "evidence", made.seal_id, evidence.strip())
    made.save(force_insert=True)
    _note("propose", made, by)
    return made


@answers("T4.2.f")
@transaction.atomic
def sign_serial(finding: SerialFinding, *, by: Actor, on: date) -> SerialFinding:
    """Another person agrees that it is a series; the complaint is still answered, with what was found before."""
    claim(finding.complaint, Permission.PUBLISH, by=by, on=on)
    if by.person_id == finding.proposer_id:
        raise Refused(Obstacle("four_eyes", N_("Another person must sign what you proposed.")))
    if not SerialFinding.objects.filter(pk=finding.pk, signed_on__isnull=True).update(
        signer_id=by.person_id, signed_on=on
    ):
        raise Refused(Obstacle("signed_before", N_("This has been signed.")))
    finding.refresh_from_db()
    _note("sign", finding, by)
    return finding


def _note(verb: str, row: SerialFinding, by: Actor) -> None:
    code = row.complaint.routed_region_code
    journal.write(f"conduct.serial.{verb}", by=by, subject=row, rows=[row], region_code=code)

"""Protection of who complained: changes to her records from the side complained of are flagged for the inspector, by a job
that follows the journal; an anonymous complainant cannot be watched over. Series without ground are stated by evidence."""

from collections.abc import Sequence
from datetime import date, timedelta

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from shegong.duties.conduct.actions.claiming import claim
from shegong.duties.conduct.models import Complaint, EarlierComplaint
from shegong.duties.conduct.models.decisions import Decision
from shegong.duties.conduct.models.flags import Flag, SerialFinding
from shegong.duties.conduct.models.policies import sanction_policy
from shegong.duties.conduct.models.routes import works_in
from shegong.duties.conduct.models.secrets import complaints_by, hash_old
from shegong.duties.conduct.models.sides import respondent_of
from shegong.duties.conduct.rules import Permission
from shegong.duties.conduct.rules.inquiry import text_obstacles
from shegong.duties.conduct.rules.recusal import FOUR_EYES, Respondent
from shegong.duties.conduct.sealed_text import closed
from shegong.kernel import journal
from shegong.kernel.access import SYSTEM, Actor, half, require
from shegong.kernel.clauses import answers
from shegong.kernel.jobs import at_start, job
from shegong.kernel.journal import JournalEntry
from shegong.kernel.journal_reading import reading
from shegong.kernel.refusal import Obstacle, Refused, reason_obstacles, refuse_if
from shegong.kernel.text import N_
from shegong.kernel.walls_acting import lifted

READER = "conduct.flags"
BY_ANOTHER = Q(person_id__isnull=False, about_person_id__isnull=False) & ~Q(person_id=F("about_person_id"))
READINGS = ("view", "read", "export", "open", "reveal")  # a reading changes nothing


@at_start
@job("conduct.watch", cron="*/5 * * * *", attempts=1)
def watch_retaliation(every: bool = False) -> int:
    """Every five minutes: entries since the last run that change the records of somebody who complained, made by who is
    complained of or from her unit, raise a flag. How many."""
    return raise_flags(timezone.localdate())


def raise_flags(on: date) -> int:
    """Read the journal on from where the last run stopped, to its end; how many flags."""
    hash_old()
    watched, units, count, more = _Watched(on), _Units(on), 0, True
    while more:
        with reading(READER, BY_ANOTHER, plain=True) as part:
            count += _raise(part.entries, watched, units)
        more = part.more
    return count


class _Units(dict[int, frozenset[int]]):
    """The units of who wrote, asked once in a run."""

    def __init__(self, on: date) -> None:
        super().__init__()
        self.on = on

    def __missing__(self, person_id: int) -> frozenset[int]:
        self[person_id] = found = frozenset(works_in(person_id, self.on))
        return found


def _raise(entries: Sequence[JournalEntry], watched: "_Watched", units: _Units) -> int:
    changes = [entry for entry in entries if entry.verb.rpartition(".")[2] not in READINGS]
    watched.look_up({entry.about_person_id or 0 for entry in changes})
    flags = [
        Flag(complaint=complaint, seq=entry.seq)
        for entry in changes
        for complaint, sides in watched[entry.about_person_id or 0]
        if _from_the_side(entry, sides, units)
    ]
    for row in Flag.objects.bulk_create(flags):
        journal.write("conduct.flag.raise", by=SYSTEM, subject=row, rows=[row])
    return len(flags)


def _from_the_side(entry: JournalEntry, sides: Respondent, units: _Units) -> bool:
    by = entry.person_id or 0
    return entry.organization_id in sides.units or by == sides.person_id or bool(units[by] & sides.units)


class _Watched(dict[int, list[tuple[Complaint, Respondent]]]):
    """Of those whose records changed: what they complained of within the days set, with the side complained of. Asked once
    in a run, by hashes: nothing of the vault is opened."""

    def __init__(self, on: date) -> None:
        super().__init__()
        self.on, self.since = on, on - timedelta(days=sanction_policy(on).retaliation_days)

    def look_up(self, people: set[int]) -> None:
        """Ask for those not asked for yet."""
        asked = people - self.keys()
        found = complaints_by(asked, since=self.since) if asked else {}
        for pk in asked:
            self[pk] = [(row, respondent_of(row, self.on)) for row in found.get(pk, ())]


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


@half
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


@half
@answers("T4.2.f")
@transaction.atomic
def sign_serial(finding: SerialFinding, *, by: Actor, on: date) -> SerialFinding:
    """Another person agrees that it is a series; the complaint is still answered, with what was found before."""
    claim(finding.complaint, Permission.PUBLISH, by=by, on=on)
    if by.person_id == finding.proposer_id:
        raise Refused(FOUR_EYES)
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

"""A centre enters the register: its body, what the ledger says of it; and a workbook's centres leave it again."""

from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F

from shegong.ground.organizations import actions as organizations
from shegong.ground.organizations.models import Organization
from shegong.ground.regions.models import tree
from shegong.kernel import journal
from shegong.kernel.access import Actor, require
from shegong.kernel.clauses import answers
from shegong.kernel.copying import batch_named
from shegong.kernel.refusal import Obstacle, Refused, Stale, refuse_if
from shegong.kernel.text import N_
from shegong.work.centres.models import AnnualCheck, Centre, Standing
from shegong.work.centres.rules import Permission, entry_obstacles

KIND = "service_centre"
FACTS = ("registration_no", "legal_representative", "address", "supervisor", "fund_fen", "registered_on")


@answers("T1.2.b")
@transaction.atomic
def enter_centre(
    body: Organization | None, *, region_code: int, legal_representative: str, by: Actor, on: date, name: str = "",
    uscc: str = "", registration_no: str = "", address: str = "", supervisor: str = "", fund_fen: int | None = None,
    registered_on: date | None = None, source: str = "office", accept_similar: bool = False,
    batch_id: int | None = None,
) -> Centre:  # fmt: skip
    """Enter a registered centre; without a `body` its body is entered too, under `name` and `uscc`.

    `fund_fen` is in fen. Refuses a place that is no township in reach, a body that is a centre already, a registration
    number that another centre of the county has, and what `register_organization` refuses.
    """
    require(by, Permission.EDIT, region_code)
    said: dict[str, Any] = {
        "registration_no": registration_no.strip(), "legal_representative": legal_representative.strip(),
        "address": address.strip(), "supervisor": supervisor.strip(), "fund_fen": fund_fen,
        "registered_on": registered_on,
    }  # fmt: skip
    refuse_if(_obstacles(said, region_code, bool(uscc or (body and body.uscc)), on))
    if body is None:
        body = organizations.register_organization(
            name=name, kind=KIND, region_code=region_code, by=by, on=on, uscc=uscc, founded_on=registered_on,
            system="civil_affairs", source=source, accept_similar=accept_similar, batch_id=batch_id,
            old_registration_no=said["registration_no"],
        )  # fmt: skip
    centre = _insert(body, said, region_code, on, batch_id)
    since = Standing.objects.create(centre=centre, state=centre.state, on=on)
    facts = {"source": source, **({"batch": batch_id} if batch_id else {})}
    journal.write(
        "centres.centre.enter",
        by=by,
        subject=centre,
        rows=[centre, since],
        facts=facts,
        region_code=region_code,
    )
    return centre


def _obstacles(said: dict[str, Any], region_code: int, has_code: bool, on: date) -> list[Obstacle]:
    place = tree().at(region_code, on)
    return entry_obstacles(
        level=place.level if place else None, has_code=has_code, registration_no=said["registration_no"],
        legal_representative=said["legal_representative"], fund_fen=said["fund_fen"],
        registered_on=said["registered_on"], on=on,
    )  # fmt: skip


def _insert(
    body: Organization, said: dict[str, Any], region_code: int, on: date, batch_id: int | None
) -> Centre:
    county = tree().ancestor(region_code, 3, on) or region_code
    try:
        with transaction.atomic():
            return Centre.objects.create(
                organization=body, region_code=region_code, county_code=county, batch_id=batch_id, **said
            )
    except IntegrityError as error:
        raise Refused(_taken(body, said["registration_no"])) from error


def _taken(body: Organization, registration_no: str) -> Obstacle:
    if Centre.objects.filter(organization=body).exists():
        message = N_("%(name)s is in the register of centres already.")
        return Obstacle("centre_entered", message, "name", params={"name": body.name})
    return _taken_number(registration_no)


def _taken_number(number: str) -> Obstacle:
    message = N_("Another centre of the county has the registration number %(number)s.")
    return Obstacle("centre_number_taken", message, "registration_no", params={"number": number})


@transaction.atomic
def correct_centre(
    centre: Centre, *, legal_representative: str, by: Actor, on: date, registration_no: str = "", address: str = "",
    supervisor: str = "", fund_fen: int | None = None, registered_on: date | None = None, seen: int | None = None,
) -> Centre:  # fmt: skip
    """Put right what the register says of a centre; name, code and place are the body's. Refuses what entering refuses."""
    require(by, Permission.EDIT, centre.region_code)
    said: dict[str, Any] = {
        "registration_no": registration_no.strip(), "legal_representative": legal_representative.strip(),
        "address": address.strip(), "supervisor": supervisor.strip(), "fund_fen": fund_fen,
        "registered_on": registered_on,
    }  # fmt: skip
    refuse_if(_obstacles(said, centre.region_code, bool(centre.organization.uscc), on))
    changed = [name for name in FACTS if getattr(centre, name) != said[name]]
    version = centre.version if seen is None else seen
    try:
        with transaction.atomic():
            found = Centre.objects.filter(pk=centre.pk, version=version).update(
                version=F("version") + 1, **said
            )
    except IntegrityError as error:
        raise Refused(_taken_number(said["registration_no"])) from error
    if not found:
        raise Stale()
    centre.refresh_from_db()
    journal.write("centres.centre.correct", by=by, subject=centre, rows=[centre], facts={"changed": changed})
    return centre


@transaction.atomic
def withdraw_batch(batch_id: int, *, by: Actor, on: date) -> None:
    """Take out what a workbook entered: checks, centres, and the bodies that it made. The database refuses while
    anything refers to one of them."""
    require(by, Permission.EDIT)
    centres = list(Centre.objects.filter(batch_id=batch_id))
    for centre in centres:
        require(by, Permission.EDIT, centre.region_code)
    checks = list(AnnualCheck.objects.filter(batch_id=batch_id))
    standings = list(Standing.objects.filter(centre__batch_id=batch_id))
    AnnualCheck.objects.filter(batch_id=batch_id)._raw_delete(AnnualCheck.objects.db)
    gone = Standing.objects.filter(pk__in=[row.pk for row in standings])
    gone._raw_delete(gone.db)
    Centre.objects.filter(batch_id=batch_id)._raw_delete(Centre.objects.db)
    journal.write(
        "centres.batch.withdraw", by=by, subject=batch_named(batch_id), gone=[*checks, *standings, *centres],
        facts={"gone": len(centres)},
    )  # fmt: skip
    organizations.withdraw_batch(batch_id, by=by, on=on)

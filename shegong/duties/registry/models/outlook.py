"""Where a holder stands with the renewal of her registration: one answer for her pages, reminders, officers and the API."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from shegong.duties.registry.models.application import Application, RegistrationRound
from shegong.duties.registry.models.facts import Ground, ground_of
from shegong.duties.registry.models.register import Registration
from shegong.duties.registry.rules import OPEN_STATES, Held, Kind, State, bars, missing_steps, steps_left
from shegong.duties.registry.rules.renewal import admitting
from shegong.kernel.refusal import Obstacle
from shegong.work.employment.models import Employment


@dataclass(frozen=True)
class Outlook:
    """The renewal of a registration on a day; `application` is unsaved where nobody has begun it yet."""

    application: Application
    ground: Ground
    against: tuple[Obstacle, ...]

    @property
    def held(self) -> Held:
        """The term that ends and the window."""
        assert self.ground.facts.held is not None
        return self.ground.facts.held

    @property
    def is_begun(self) -> bool:
        """There is a draft, or a case."""
        return self.application.pk is not None

    @property
    def is_with_office(self) -> bool:
        """Handed in and not returned: nothing is to do for the holder, and nothing is decided yet."""
        return self.is_begun and self.application.state not in (State.DRAFTED, State.RETURNED)

    @property
    def is_open(self) -> bool:
        """It can be applied for now, as far as the days and the person go."""
        return not self.against

    @property
    def rounds(self) -> list[RegistrationRound]:
        """The special rounds that are open and admit her, for her to read."""
        rows = RegistrationRound.objects.filter(pk__in=[one.id for one in admitting(self.ground.facts)])
        return list(rows.order_by("closes_on"))

    @property
    def left(self) -> int:
        """“还差 N 步”: steps to do and items to put right; 0 once it lies with the office."""
        return 0 if self.is_with_office else steps_left(self.ground.facts, self.ground.policy)

    @property
    def missing(self) -> list[str]:
        """Codes of the steps to do."""
        return (
            []
            if self.is_with_office
            else [str(s) for s in missing_steps(self.ground.facts, self.ground.policy)]
        )


def renewal_of(registration: Registration, on: date) -> Outlook:
    """How the renewal of this registration stands on `on`, begun or not."""
    rows = Application.objects.filter(registration=registration, kind=Kind.RENEWAL, state__in=OPEN_STATES)
    found = rows.select_related(
        "person", "certificate", "workplace__employer", "registration", "round"
    ).first()
    if found is None:
        kind, person = Kind.RENEWAL, registration.person
        found = Application(kind=kind, person=person, **prefilled(registration, on))
    ground = ground_of(found, on)
    return Outlook(found, ground, tuple(bars(ground.facts, ground.policy, ground.calendar, on)))


def steps_left_of(registration: Registration, on: date) -> int:
    """How many steps the holder still has before her, for a reminder."""
    return renewal_of(registration, on).left


def prefilled(registration: Registration, on: date) -> dict[str, Any]:
    """What the register knows already, so that nobody types it again: certificate, place, main employment of the day."""
    work = (
        Employment.objects.current()
        .on(on)
        .filter(person=registration.person_id, main=True)
        .select_related("employer")
        .first()
    )
    return {
        "registration": registration, "certificate": registration.certificate,
        "region_code": registration.region_code, "workplace": work,
        "ground": "workplace" if work else _last_ground(registration),
    }  # fmt: skip


def _last_ground(registration: Registration) -> str:
    """Domicile, where that was the ground before; who had a workplace and has none now says where she works."""
    grounds = Application.objects.filter(certificate=registration.certificate_id).exclude(ground="")
    last = grounds.order_by("-id").values_list("ground", flat=True).first()
    return "domicile" if last == "domicile" else ""

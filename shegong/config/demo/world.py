"""The whole world of a demo: offices, employers, cases in every state, registrations of every status."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from django.conf import settings

from shegong.config.demo.cases import Cases
from shegong.config.demo.cast import Cast
from shegong.config.demo.doubles import make_doubles
from shegong.config.demo.history import History
from shegong.config.demo.living import Living
from shegong.config.demo.offices import Offices
from shegong.config.demo.papers import Papers
from shegong.config.demo.rounds import Rounds
from shegong.config.demo.steering import Steering
from shegong.duties.lookup import actions as lookup
from shegong.duties.registry import actions
from shegong.duties.registry.models import Application, Card, Registration, status_of
from shegong.duties.registry.models.policies import registration_policy
from shegong.ground.accounts.models import User
from shegong.ground.organizations import actions as organizations
from shegong.ground.organizations.models import Organization
from shegong.ground.people.models import names_of
from shegong.ground.regions.models import tree
from shegong.kernel.access import SYSTEM

YANJI, TUMEN, CHIBEI, DAAN, NANGUAN = 222401000, 222402000, 222426120, 220882000, 220102000
SCALES = {"small": 1, "medium": 4, "large": 20}
# How much of 2011 to 2013 is there: all ten thousand people, a fiftieth of them, or nobody.
PAST = {"full": 1.0, "few": 0.02, "none": 0.0}


@dataclass
class World:
    """Makes everything; `factor` multiplies the ordinary cases, never the kinds of them."""

    seed: int
    factor: int
    on: date
    say: Callable[[str], object]
    past: float = 1.0

    def make(self) -> dict[str, Any]:
        """Build the world and say what is in it: accounts with their secrets, ids of objects."""
        cast = Cast(self.seed)
        self.offices = Offices(cast, self.on, self.say)
        self.offices.open_all(settings.PROVINCE)
        if self.past:
            history = History(self.seed, self.say, self.past)
            Steering(self.offices, self.on, self.say).make(settings.PROVINCE, history.make(), history.keys)
            Papers(self.offices, self.on, self.say).make()
            Rounds(self.offices, self.on, self.say).make()
        self.cases = Cases(cast, self.offices, self.on)
        lookup.follow_journal(self.on)  # from here on there are alerts
        self._every_state()
        self._every_status()
        self._ordinary()
        make_doubles(cast, YANJI, self.on)
        self.offices.seat("beishan", "org_clerk", YANJI, self.employers[YANJI])
        Living(self.seed, self.offices, self.on, self.say).make(settings.PROVINCE, self.expiring)
        return self.contents()

    @property
    def employers(self) -> dict[int, Organization]:
        """One service centre a county of the story."""
        if not hasattr(self, "_employers"):
            names = {YANJI: "延吉市北山街道社会救助服务中心", TUMEN: "图们市向上街道社会救助服务中心",
                     CHIBEI: "长白山池北区社会救助服务中心", DAAN: "大安市慧阳街道社会救助服务中心",
                     NANGUAN: "长春市南关区全安街道社会救助服务中心"}  # fmt: skip
            self._employers = {code: self._employer(name, code) for code, name in names.items()}
        return self._employers

    def _employer(self, name: str, code: int) -> Organization:
        return organizations.register_organization(
            name=name, kind="service_centre", region_code=code, by=SYSTEM, on=self.on, accept_similar=True
        )

    def _apply(self, region: int = YANJI, **more: Any) -> Application:
        return self.cases.apply(region, self.employers[region], **more)

    def _issued(self, days_ago: int, region: int = YANJI, **more: Any) -> Registration:
        """A registration decided so many days ago, applied for three weeks before with a certificate of that time."""
        decided = self.on - timedelta(days=days_ago)
        then = replace(self.cases, on=decided - timedelta(days=21))
        return self.cases.issue(then.apply(region, self.employers[region], **more), decided)

    def _every_state(self) -> None:
        cases = self.cases
        self._apply(submit=False, sign_in=True)
        cases.give_back(self._apply(sign_in=True))
        withdrawn = self._apply()
        actions.withdraw_application(withdrawn, by=SYSTEM, on=self.on)
        cases.accept(self._apply())
        cases.pass_on(self._apply(), 1)
        cases.pass_on(self._apply(), 2)
        cases.pass_on(self._apply(), 3)
        cases.fail(self._apply())
        cases.fail(cases.pass_on(self._apply(), 2))
        cases.issue(self._apply(sign_in=True))
        self.say("cases in every state")

    def _every_status(self) -> None:
        cases, on = self.cases, self.on
        # Expires within 90 days; signs in to renew.
        self.expiring = self._issued(1070, sign_in=True, level="assistant")
        self._issued(1200)  # expired
        cases.suspend(self._issued(200))
        cases.close(self._issued(300), "own_request")
        cases.leave_before_renewal(self._issued(1050))
        cases.close(self._issued(400), "improper_means")
        cases.propose_closing(self._issued(500), "altered_or_lent")
        cases.issue(self._apply(), on + timedelta(days=14))  # decided for a day to come
        cases.issue(cases.rise(self._issued(150, level="assistant")))
        cases.lose_card(self._issued(250))
        if grace := registration_policy(on).grace_days:
            self._issued(1096 + grace // 2)
        self.say("registrations of every status")

    def _ordinary(self) -> None:
        for region in (YANJI, TUMEN, CHIBEI, DAAN, NANGUAN):
            waiting = 12 if region == YANJI else 2
            for _ in range(waiting * self.factor):
                self._apply(region)
            for n in range(2 * self.factor):
                self._issued(30 + 100 * n % 900, region)
            self.say(f"ordinary cases of {tree().name(region, self.on)}")

    def contents(self) -> dict[str, Any]:
        """`{accounts, objects}` as the contract says (reliability.md section 1)."""
        registrations = Registration.objects.order_by("id")
        names = names_of(list(registrations.values_list("person_id", flat=True)))
        serials = dict(Card.objects.filter(replaced_at=None).values_list("registration_id", "serial"))
        return {
            "seed": self.seed,
            "accounts": [account.row for account in self.offices.accounts],
            "objects": {
                "registrations": [
                    {"id": r.id, "number": r.register_no, "name": names[r.person_id], "status": str(status_of(r, self.on)),
                     "region": r.region_code, "token": serials.get(r.id, "")}
                    for r in registrations
                ],
                "applications": [
                    {"id": a.token, "number": a.number, "state": a.state, "region": a.region_code}
                    for a in Application.objects.order_by("id")
                ],
                "organizations": [
                    {"id": o.id, "name": o.name, "kind": o.kind, "region": o.region_code}
                    for o in Organization.objects.order_by("id")
                ],
                "cards": [
                    {"token": c.serial, "number": c.registration.register_no, "replaced": c.replaced_at is not None}
                    for c in Card.objects.select_related("registration").order_by("id")
                ],
                "users": list(User.objects.order_by("id").values_list("username", flat=True)),
            },
        }  # fmt: skip

"""Officers at every office, the three administrators, a leader, clerks: who may try what."""

import base64
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.auth.hashers import Argon2PasswordHasher
from pypinyin import lazy_pinyin

from shegong.config.demo.cast import Cast
from shegong.ground.accounts import actions as accounts
from shegong.ground.accounts.authority import actor_for
from shegong.ground.accounts.models import User
from shegong.ground.organizations.models import Duty, Organization
from shegong.ground.people import actions as people
from shegong.ground.people.models import Person
from shegong.ground.regions.models import tree
from shegong.kernel.access import SYSTEM, Actor

PASSWORD = "Shegong-demo-2026"  # noqa: S105  a demo world is open to everybody who starts it
PROVINCE_ROLES = (
    "final_registrar",
    "final_registrar",
    "leader",
    "system_admin",
    "security_admin",
    "security_admin",
    "auditor",
)


class PublicPassword(Argon2PasswordHasher):
    """Keeps a password that is printed on the screen, a hundred times over: nothing is gained by making that slow. Whoever
    signs in gets it kept in earnest."""

    time_cost, memory_cost, parallelism = 1, 64, 1


@dataclass(frozen=True)
class Account:
    """What `shegong demo --json` prints of a way to sign in."""

    username: str
    password: str
    totp_secret: str
    role: str
    region: int | None
    organization: str

    @property
    def row(self) -> dict[str, Any]:
        return dict(self.__dict__)


class Offices:
    """Makes the officers and remembers them."""

    def __init__(self, cast: Cast, on: date, say: Callable[[str], object]):
        self.cast, self.on, self.say = cast, on, say
        self.accounts: list[Account] = []
        self.users: dict[tuple[str, int], list[User]] = {}
        self.witnesses = (self._person(), self._person())

    def _person(self) -> Person:
        person = people.create_person(by=SYSTEM, on=self.on, source="office")
        people.state_name(person, name=self.cast.member().name, by=SYSTEM, on=self.on, source="office")
        return person

    def open_all(self, province: int) -> None:
        """Every office of the reporting tree gets its registrars; the province also its administrators."""
        divisions = tree()
        for n, role in enumerate(PROVINCE_ROLES, 1):
            self.seat(f"{role.removesuffix('_registrar').removesuffix('_admin')}{n}", role, province)
        for unit in divisions.children(province, self.on, tree="reporting"):
            counties = [
                c
                for c in divisions.children(unit, self.on, tree="reporting")
                if divisions.at(c, self.on).level == 3
            ]
            role = "second_registrar" if counties else "first_registrar"
            for n in (1, 2):
                self.seat(f"{self.short(unit)}{n}", role, unit)
            for county in counties:
                self.seat(self.short(county), "first_registrar", county)
            self.say(f"offices of {divisions.name(unit, self.on)}")

    def short(self, code: int) -> str:
        """The name of a place in pinyin without what kind of place it is: part of a user name."""
        name = tree().name(code, self.on)
        for ending in (
            "保护开发区管理委员会",
            "朝鲜族自治州",
            "朝鲜族自治县",
            "蒙古族自治县",
            "满族自治县",
            "自治县",
            "市",
            "县",
            "区",
        ):
            name = name.removesuffix(ending) if len(name.removesuffix(ending)) > 1 else name
        return "".join(lazy_pinyin(name))

    def seat(self, username: str, role: str, region: int, organization: Organization | None = None) -> User:
        """One officer with password and one-time-code secret at the office that holds the duty there."""
        while User.objects.filter(username=username).exists():
            username += "x"
        body = organization or Duty.objects.holder("social_work", region, self.on).organization
        person = self._person()
        user = accounts.create_user(person, username=username, password=None, by=SYSTEM, on=self.on)
        public = PublicPassword()
        User.objects.filter(pk=user.pk).update(password=public.encode(PASSWORD, public.salt()))
        secret = base64.b32encode(
            hashlib.sha256(f"{self.cast.seed}/{username}".encode()).digest()[:20]
        ).decode()
        accounts.set_totp(user, secret=secret, by=SYSTEM, on=self.on)
        accounts.found_grant(
            person, role=role, organization=body, region_code=region, witnesses=self.witnesses, start=self.on,
            by=SYSTEM, on=self.on,
        )  # fmt: skip
        self.accounts.append(Account(username, PASSWORD, secret, role, region // 1000, body.name))
        self.users.setdefault((role, region), []).append(user)
        return user

    def actor(self, role: str, region: int, which: int = 0) -> Actor:
        """The officer as an actor."""
        return actor_for(self.users[(role, region)][which], self.on)

    def remember_worker(self, username: str, password: str) -> None:
        """A person without an office who can sign in."""
        self.accounts.append(Account(username, password, "", "worker", None, ""))

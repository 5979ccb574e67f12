"""`shegong grant USER ROLE ORGANIZATION REGION --by A --and B`: the first security administrators of an empty system."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from shegong.ground.accounts import actions
from shegong.ground.accounts.actions.entry import find_user
from shegong.ground.accounts.models import Grant, User
from shegong.ground.organizations.models import Organization
from shegong.ground.people.models import Person
from shegong.ground.regions import models as regions
from shegong.kernel.access import SYSTEM
from shegong.kernel.refusal import Refused
from shegong.kernel.typed_numbers import whole_number

FOUNDING = "security_admin"  # the role that gives the others
FIRST = 2  # from the second security administrator on, the pages propose and approve


class Command(BaseCommand):
    """Gives that role on the word of two named people. Refuses every other role, and all once two security administrators are at work."""

    help = "Give the first security administrators their role; two other people answer for it by name."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("user", help="sign-in name, phone or mail address of the account")
        parser.add_argument("role", help=FOUNDING)
        parser.add_argument("organization", help="number or whole name")
        parser.add_argument("region", type=int, help="nine-digit code")
        parser.add_argument("--by", required=True, help="the account of who proposes it")
        parser.add_argument("--and", required=True, dest="second", help="the account of who agrees to it")

    def handle(self, *args: Any, **options: Any) -> None:
        day = timezone.localdate()
        if options["role"] != FOUNDING:
            raise CommandError(
                f"Only {FOUNDING} is given here; other roles are proposed and approved in the office pages."
            )
        if Grant.objects.on(day).filter(role=FOUNDING).count() >= FIRST:
            raise CommandError(
                "Two security administrators are at work: propose and approve roles in the office pages."
            )
        region = regions.Region.objects.filter(code=options["region"]).first()
        if region is None:
            raise CommandError(f"No region has the code {options['region']}.")
        witnesses = (self._person(options["by"]), self._person(options["second"]))
        try:
            grant = actions.found_grant(
                self._person(options["user"]), role=options["role"], organization=self._body(options["organization"]),
                region_code=region.code, witnesses=witnesses, start=day, by=SYSTEM, on=day,
            )  # fmt: skip
        except Refused as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(f"grant {grant.pk}: {grant.role} for {options['user']} from {day}")

    @staticmethod
    def _person(text: str) -> Person:
        user: User | None = find_user(text)
        if user is None or user.person is None:
            raise CommandError(f"Nobody has an account with {text}; sign up first.")
        return user.person

    @staticmethod
    def _body(text: str) -> Organization:
        number = whole_number(text)
        wanted = {"name": text} if number is None else {"pk": number}
        found = list(Organization.objects.filter(**wanted)[:2])
        if len(found) != 1:
            raise CommandError(f"{len(found) or 'No'} organizations are called {text}; give the number.")
        return found[0]

"""`shegong demo --seed N --scale S --json`: an invented world on real divisions, for trying everything."""

import json
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from shegong.config.demo.world import PAST, SCALES, World
from shegong.ground.accounts.models import User
from shegong.ground.people.models import Person
from shegong.ground.regions.models import Region


class Command(BaseCommand):
    """Makes a demo world, all of it or nothing; refuses where real people are."""

    help = "Make a demo world in an empty database and print accounts, secrets and object ids."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--scale", choices=sorted(SCALES), default="small")
        parser.add_argument("--past", choices=list(PAST), default="full",
                            help="how many of the people of 2011 to 2013: all ten thousand, a fiftieth, or none")  # fmt: skip
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        path = settings.SHEGONG_HOME / "demo.json"
        if settings.PRODUCTION:
            raise CommandError("This is a production system: no demo world here.")
        if not Region.objects.exists():
            raise CommandError("Load a province first: shegong load jilin")
        if Person.objects.exists() or User.objects.exists():
            self._again(path, options)
            return
        say = (lambda text: None) if options["json"] or not options["verbosity"] else self.stdout.write
        with transaction.atomic():
            world = World(
                options["seed"], SCALES[options["scale"]], timezone.localdate(), say, PAST[options["past"]]
            )
            contents = world.make()
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            path.touch(mode=0o600)
            path.write_text(json.dumps(contents, ensure_ascii=False, indent=1), encoding="utf-8")
        self._show(contents, options)

    def _again(self, path: Any, options: dict[str, Any]) -> None:
        """The same world asked again is shown again; anything else in the database is somebody's data."""
        contents = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
        known = set(contents.get("objects", {}).get("users", []))
        usernames = set(User.objects.values_list("username", flat=True))
        if contents.get("seed") != options["seed"] or not known <= usernames:
            raise CommandError(
                "This database already holds people. A demo world is made in an empty one only."
            )
        self._show(contents, options)

    def _show(self, contents: dict[str, Any], options: dict[str, Any]) -> None:
        if options["json"]:
            self.stdout.write(json.dumps(contents, ensure_ascii=False, indent=1))
        elif options["verbosity"]:
            counts = ", ".join(f"{len(rows)} {kind}" for kind, rows in contents["objects"].items())
            self.stdout.write(f"{len(contents['accounts'])} accounts, {counts}")

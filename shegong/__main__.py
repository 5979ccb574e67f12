"""The `shegong` command: every management command, one name."""

import os
import sys

from django.core.management import execute_from_command_line

from shegong.config.house.account import HouseError
from shegong.config.house.embedded import database, listen_options
from shegong.kernel import at_shell


def main() -> None:
    """Run a command: `shegong serve`, `shegong demo --json`, `shegong audit verify` …"""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shegong.config.settings")
    os.environ["SHEGONG_PROCESS"] = "command"
    at_shell.came_by("".join(sys.argv[1:2]))
    try:
        if sys.argv[1:2] == ["serve"]:
            listen_options(sys.argv[2:])
        with database(sys.argv[1] if len(sys.argv) > 1 else ""):
            from shegong.kernel import walls_acting  # noqa: PLC0415 - only now it is known which database

            walls_acting.the_system()
            execute_from_command_line(["shegong", *sys.argv[1:]])
    except HouseError as problem:
        sys.exit(str(problem))
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()

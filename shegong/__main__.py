"""The `shegong` command: every management command, one name."""

import os
import sys

from django.core.management import execute_from_command_line


def main() -> None:
    """Run a command: `shegong serve`, `shegong demo --json`, `shegong audit verify` …"""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shegong.config.settings")
    execute_from_command_line(["shegong", *sys.argv[1:]])


if __name__ == "__main__":
    main()

"""`python -m shegong.config.backup`: the checks of a restored database, for `shegong restore` and `drill`.

DATABASE_URL names the restored database, as its owner. What is asked comes on standard input as JSON: tables, journal and
source of the manifest, accept and reason. The answer goes to standard output.
"""

import json
import os
import sys
from importlib import import_module

import django


def main() -> None:
    """Read what is asked, answer."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shegong.config.settings")
    asked, answer = json.load(sys.stdin), sys.stdout
    sys.stdout = sys.stderr  # whatever a command prints is no part of the answer
    django.setup()
    json.dump(import_module("shegong.config.backup.inspection").inspect(asked), answer)


main()

"""A worker as the product starts it, with the test's layout in it: `python worker.py SLOW` until it is killed.

SLOW seconds pass in each part and in the undo, so that a kill lands in the middle.
"""

import importlib.util
import os
import sys
import time
from dataclasses import replace
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shegong.config.settings")
import django


def slowly(act, slow):
    """The same with a wait before and after."""

    def run(*args):
        time.sleep(slow / 2)
        done = act(*args)
        time.sleep(slow / 2)
        return done

    return run


def main(slow):
    """Work until killed."""
    django.setup()
    from shegong.contexts import CONTEXTS
    from shegong.kernel import access, jobs
    from shegong.kernel.sheets import layout as layouts

    spec = importlib.util.spec_from_file_location("intake_world", Path(__file__).with_name("conftest.py"))
    world = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(world)
    acts = {name: slowly(getattr(world.LAYOUT, name), slow) for name in ("check", "take", "undo")}
    layouts._LAYOUTS["test"] = replace(world.LAYOUT, chunk=20, **acts)
    jobs.load_jobs([context.module for context in CONTEXTS])
    access.use_actor_source(lambda user, day: world.officer() if user == 1 else None)
    jobs.work()


if __name__ == "__main__":
    main(float(sys.argv[1]))

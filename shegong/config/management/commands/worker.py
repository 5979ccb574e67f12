"""`shegong worker`: does the queued work and what the clock asks for, until it is told to stop."""

from argparse import ArgumentParser
from importlib import import_module
from typing import Any

from django.core.management.base import BaseCommand

from shegong.contexts import CONTEXTS
from shegong.kernel import health, jobs


class Command(BaseCommand):
    """Stops on SIGTERM or Ctrl-C after the running jobs have ended, at the latest after 30 seconds."""

    help = "Do the queued work until told to stop."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="stop when nothing is due")
        parser.add_argument("--concurrency", type=int, default=2, help="jobs at one time")

    def handle(self, *args: Any, **options: Any) -> None:
        jobs.load_jobs([context.module for context in CONTEXTS])
        import_module("shegong.config.backup.daily")
        health.announce()
        jobs.work(once=options["once"], concurrency=options["concurrency"])

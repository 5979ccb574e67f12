"""What browsers report of the content security policy: how often a day which directive was broken, by what kind of thing.

Anybody may send a report and write into it what she likes. So nothing of its text is kept: words of two short lists are
counted, and the table cannot grow past them. Neither page, address nor browser is noted.
"""

import json
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, models
from django.utils import timezone

from shegong.kernel.health import OK, WARN, Fact, check
from shegong.kernel.jobs import job
from shegong.kernel.text import N_
from shegong.kernel.walls_rows import Open

LARGEST = 64 * 1024
OF_ONE = 20  # reports counted of what a browser sends at once
DIRECTIVES = (
    "default-src", "script-src", "script-src-elem", "script-src-attr", "style-src", "style-src-elem", "style-src-attr",
    "img-src", "font-src", "connect-src", "form-action", "frame-ancestors", "frame-src", "base-uri", "media-src",
    "object-src", "worker-src", "manifest-src",
)  # fmt: skip
OTHER = "other"
PLAIN = ("inline", "eval", "wasm-eval", "data", "blob", "self")
KEPT = timedelta(days=90)
MANY = 20  # a day; fewer come of the add-ons of a single browser


class PolicyReport(models.Model):
    """How often on a day a directive was broken by this kind of thing."""

    day = models.DateField()
    directive = models.TextField()
    blocked = models.TextField()
    count = models.IntegerField()
    wall = Open("Counts of technical events; nothing of anybody.")

    class Meta:
        app_label = "kernel"
        constraints = [
            models.UniqueConstraint(fields=["day", "directive", "blocked"], name="policy_report_once")
        ]


def read(body: bytes) -> Iterator[tuple[str, str]]:
    """Directive and kind of each report in what a browser sent, by the older form (report-uri) or the newer (report-to)."""
    if len(body) > LARGEST:
        return
    try:
        sent = json.loads(body)
    except ValueError:
        return
    for one in sent[:OF_ONE] if isinstance(sent, list) else [sent]:
        if not isinstance(one, dict):
            continue
        facts = one.get("csp-report") or (one.get("body") if one.get("type") == "csp-violation" else None)
        if isinstance(facts, dict):
            yield _directive(facts), _kind(facts)


def _directive(facts: dict[str, Any]) -> str:
    said = (
        facts.get("effectiveDirective") or facts.get("effective-directive") or facts.get("violated-directive")
    )
    name = str(said or "").partition(" ")[0]
    return name if name in DIRECTIVES else OTHER


def _kind(facts: dict[str, Any]) -> str:
    said = str(facts.get("blockedURL") or facts.get("blocked-uri") or "")
    if said in PLAIN:
        return said
    scheme = said.partition(":")[0]
    if scheme in ("http", "https"):
        return "elsewhere"
    if scheme in PLAIN:
        return scheme
    return "extension" if scheme.endswith("-extension") else OTHER


COUNT = """
INSERT INTO kernel_policyreport AS r (day, directive, blocked, count) VALUES (%s, %s, %s, 1)
ON CONFLICT (day, directive, blocked) DO UPDATE SET count = LEAST(r.count, 1000000) + 1
"""


def count(body: bytes, on: date) -> int:
    """Count what is reported; how many."""
    found = list(read(body))
    with connection.cursor() as cursor:
        for directive, blocked in sorted(
            found
        ):  # in one order, so that two at once do not wait for each other
            cursor.execute(COUNT, [on, directive, blocked])
    return len(found)


@job("kernel.policy_reports", cron="50 18 * * *", attempts=1)
def drop_old() -> int:
    """Each night: counts older than ninety days go; how many."""
    return PolicyReport.objects.filter(day__lt=timezone.localdate() - KEPT).delete()[0]


LATEST = """
SELECT coalesce(sum(count) OVER (), 0)::int, directive, blocked FROM kernel_policyreport
WHERE day >= (clock_timestamp() AT TIME ZONE %s)::date - 1 AND blocked <> 'extension' ORDER BY count DESC LIMIT 1
"""


@check("policy", N_("Content policy"), "count", database=True)
def policy() -> Fact:
    """What browsers reported today and yesterday; what add-ons of browsers do does not count."""
    with connection.cursor() as cursor:
        cursor.execute(LATEST, [settings.TIME_ZONE])
        total, directive, blocked = cursor.fetchone() or (0, "", "")
    if total < MANY:
        return Fact(OK, total, N_("Browsers report next to no break of the content policy."))
    text = N_(
        "Browsers reported %(count)s breaks of the content policy in two days, most of %(directive)s (%(blocked)s)."
    )
    todo = N_("See what changed last: a page, or a proxy in front that writes into pages. Nothing of it ran.")
    return Fact(WARN, total, text, {"count": total, "directive": directive, "blocked": blocked}, todo)

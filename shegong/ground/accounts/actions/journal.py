"""The auditor verifies the journal on demand; that he did is an entry too."""

import time
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from shegong.ground.accounts.rules import Permission
from shegong.kernel import journal
from shegong.kernel.access import Actor, require
from shegong.kernel.audit import Finding, verify
from shegong.kernel.journal import JournalEntry

SHOWN = 200


@dataclass(frozen=True)
class Verified:
    """What a verification found: at most SHOWN findings of `deviations`."""

    entries: int
    seconds: float
    deviations: int
    findings: tuple[Finding, ...]


def verify_journal(*, region_code: int, by: Actor, on: date) -> Verified:
    """Read the whole chain and every sealed row. Runs in a transaction of its own: call it outside any other.

    Refuses whoever may not read the journal of `region_code`, the province: the chain is one for all.
    """
    require(by, Permission.READ_JOURNAL, region_code)
    started = time.monotonic()
    findings = list(verify())
    with transaction.atomic():
        last = JournalEntry.objects.order_by("-seq").first() or JournalEntry(seq=0)
        done = Verified(
            last.seq, round(time.monotonic() - started, 2), len(findings), tuple(findings[:SHOWN])
        )
        journal.write(
            "accounts.journal.verify", by=by, subject=last, region_code=region_code,
            authority=by.authority_for(Permission.READ_JOURNAL, region_code),
            facts={"deviations": len(findings)},
        )  # fmt: skip
    return done

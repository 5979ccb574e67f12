"""Verification of the journal: its chain, the checkpoints kept outside, the rows it sealed, the values sealed in them."""

from collections.abc import Generator, Iterator
from typing import Any

from django.db.models import Model

from shegong.kernel import audit_chain, audit_outside, audit_rows
from shegong.kernel.audit_chain import Chain
from shegong.kernel.audit_findings import Finding, Tell, tell_nobody
from shegong.kernel.audit_rows import journalled_models
from shegong.kernel.snapshots import one_moment

__all__ = ["Finding", "Tell", "journalled_models", "verify"]


def verify(tell: Tell = tell_nobody, *, network: bool = False) -> Iterator[Finding]:
    """Every deviation found, reading the whole chain in one snapshot; nothing when all is as it was written.

    `tell` hears now and then how many entries are read. With `network`, witnesses of other offices are asked too.
    """
    evidence = audit_outside.gather(
        network=network
    )  # first: of what is noted later this snapshot knows nothing
    with one_moment("a row that could not be seen would look like one that was removed"):
        chain = Chain(evidence.sizes())
        yield from audit_chain.read(chain, tell)
        yield from audit_outside.compare(evidence, chain)
        yield from _register(chain, tell)


def _register(chain: Chain, tell: Tell) -> Iterator[Finding]:
    expected = audit_rows.by_table(chain.sealed)
    for model in journalled_models():
        yield from audit_rows.rows(model, expected.get(model._meta.db_table, {}), lambda: tell(chain.last))
    yield from audit_rows.sealed_values(lambda: tell(chain.last))


# -- parts, for tests of single contexts -----------------------------------------------------------------------------


def _chain(sealed: dict[str, str | None], heads: Any = None) -> Generator[Finding, None, int]:
    """Reads the chain alone and fills `sealed` with the last digest of each row; returns the last number."""
    chain = Chain(sealed=sealed)
    yield from audit_chain.read(chain)
    return chain.last


def _rows(model: type[Model], sealed: dict[str, str | None]) -> Iterator[Finding]:
    expected = audit_rows.by_table(sealed).get(model._meta.db_table, {})
    yield from audit_rows.rows(model, expected, lambda: None)

"""The journal against what lies outside the database: signed checkpoints in folders and at witnesses.

A checkpoint counts when this installation signed it. The journal must have its head at that size. Where it does not,
the two records inside and outside tell what happened: a cut end, an older backup put back, or a chain written anew.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field

from shegong.kernel import checkpoints_marks as marks
from shegong.kernel import outbound, signing
from shegong.kernel.audit_chain import Chain
from shegong.kernel.audit_findings import Finding
from shegong.kernel.checkpoints import mark_of, origin
from shegong.kernel.checkpoints_losses import declared_losses
from shegong.kernel.checkpoints_marks import Mark
from shegong.kernel.checkpoints_places import NotKept, Remote, places
from shegong.kernel.checkpoints_tables import Checkpoint

SURELY = 50  # newest checkpoints whose signature is looked at even though they fit


@dataclass
class Evidence:
    """What was read outside, before the journal: marks by text, where each lies, and places that cannot be read."""

    marks: dict[str, Mark] = field(default_factory=dict)
    there: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))  # place, texts
    silent: dict[str, str] = field(default_factory=dict)  # place, why
    known: int = 0  # the last checkpoint that the database had before the places were read

    def sizes(self) -> dict[str, set[int]]:
        """Sizes at which heads are wanted, by hash algorithm."""
        found: dict[str, set[int]] = defaultdict(set)
        for mark in self.marks.values():
            found[mark.algorithm].add(mark.size)
        return found


def gather(*, network: bool = False) -> Evidence:
    """Read every place; witnesses only with `network`, which commands and jobs may use."""
    newest = Checkpoint.objects.newest()
    found = Evidence(known=newest.pk if newest else 0)
    with outbound.in_a_job() if network else nullcontext():
        for place in places():
            if isinstance(place, Remote) and not network:
                continue
            try:
                kept = place.read()
            except NotKept as problem:
                found.silent[place.name] = str(problem)
                continue
            found.there[place.name] |= {mark.text for mark in kept}
            found.marks |= {mark.text: mark for mark in kept}
    return found


def compare(evidence: Evidence, chain: Chain) -> Iterator[Finding]:
    """What the places outside say against the journal."""
    inside = {mark.text: mark for mark in map(mark_of, Checkpoint.objects.order_by("id").iterator())}
    losses = declared_losses()
    asked = [one for one in evidence.marks.values() if not any(loss.covers(one) for loss in losses)]
    ahead = [mark for mark in asked if mark.size > chain.last]
    other = [mark for mark in asked if mark.size <= chain.last and _head(chain, mark) != mark.root]
    fits = sorted(set(evidence.marks) - {mark.text for mark in (*ahead, *other)})
    newest = sorted((evidence.marks[text] for text in fits), key=lambda mark: mark.size)[-SURELY:]
    forged = yield from _unsigned([*ahead, *other, *newest], evidence)
    yield from _ahead([mark for mark in ahead if mark.text not in forged], chain, inside)
    unbroken = [mark for mark in other if chain.broken is None or mark.size < chain.broken]
    yield from _other([mark for mark in unbroken if mark.text not in forged], chain, inside, evidence)
    yield from _lost(evidence)


def _head(chain: Chain, mark: Mark) -> str | None:
    return chain.heads.get((mark.algorithm, mark.size))


def _unsigned(asked: Iterable[Mark], evidence: Evidence):  # type: ignore[no-untyped-def]
    """Texts of those that prove nothing; a finding for each that nobody here signed."""
    forged = set()
    for mark in asked:
        try:
            marks.check(mark)
        except signing.SignatureFault as fault:
            forged.add(mark.text)
            if fault.reason != "struck_off":  # known, and what it says is proof no more
                where = next((name for name, texts in evidence.there.items() if mark.text in texts), "")
                text = f"the checkpoint of {mark.at} there is not signed by this installation"
                yield Finding("signature", where, text)
    return forged


def _ahead(ahead: list[Mark], chain: Chain, inside: Mapping[str, Mark]) -> Iterator[Finding]:
    if not ahead:
        return
    last = max(ahead, key=lambda mark: mark.size)
    where, lacking = f"entry {chain.last + 1}", f"entries {chain.last + 1} to {last.size}"
    if any(mark.size > chain.last for mark in inside.values()):
        text = f"{lacking} are cut off: the checkpoint of {last.at} outside the database has them"
        yield Finding("tail", where, text)
    else:
        text = f"an older backup was put back: the checkpoint of {last.at} outside the database has {lacking}"
        yield Finding("restored", where, text)


def _other(
    other: list[Mark], chain: Chain, inside: Mapping[str, Mark], evidence: Evidence
) -> Iterator[Finding]:
    if not other:
        return
    first = min(other, key=lambda mark: mark.size)
    agreed = [m.size for m in evidence.marks.values() if m.size < first.size and _head(chain, m) == m.root]
    since, differs = max(agreed, default=0), f"differs from the checkpoint of {first.at} outside the database"
    if since and not any(mark.text in inside for mark in other):
        text = f"an older backup was put back after entry {since} and work went on: the journal {differs}"
        yield Finding("restored", f"entry {since + 1}", text)
    else:
        yield Finding(
            "rewritten", f"entry {since + 1}", f"the chain was written anew from here: it {differs}"
        )


def _lost(evidence: Evidence) -> Iterator[Finding]:
    """Places that no longer have what was written there."""
    for name, why in evidence.silent.items():
        yield Finding("lost", name, f"the checkpoints there cannot be read: {why}")
    for place in places():
        if place.name not in evidence.there:
            continue
        there, known = evidence.there[place.name], Checkpoint.objects.filter(pk__lte=evidence.known)
        written = known.filter(origin=origin(), kept__contains=[place.name])
        kept = [mark_of(one) for one in written.order_by("id").iterator()]
        if isinstance(place, Remote):  # a witness says the last one only
            kept = kept[-1:]
        gone = [mark for mark in kept if mark.text not in there]
        if gone:
            text = f"{len(gone)} checkpoints that were written there are gone, the first of {gone[0].at}"
            yield Finding("lost", place.name, text)

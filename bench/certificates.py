"""Certificates with QR as PDF: documents a second of one core, counted in processor time, against the QR codes alone.

Three figures: `ours` is the batch, 200 certificates in one document, which is how an office prints a day's
cards; `single_rate` is one document for each certificate, where cutting the fonts to the signs used costs most; both
draw the QR codes. `with_data_rate` is the batch read from the database with all its names and offices. Reach: 150.
"""

import time

import measure

measure.start()
from django.conf import settings  # noqa: E402

from shegong.duties.registry import printing  # noqa: E402
from shegong.duties.registry.models import Card  # noqa: E402
from shegong.kernel.printing import qr_svg  # noqa: E402

BATCH, SINGLE, ROUNDS = 200, 40, 5


def rate(call, count: int) -> float:
    """How many a second of processor time."""
    began = time.process_time()
    call()
    return count / (time.process_time() - began)


def main() -> None:
    """Best of the rounds: other processes may only slow us."""
    rows = Card.objects.select_related("registration__certificate", "term").order_by("id")[
        : BATCH * (ROUNDS + 1)
    ]
    pairs = [(card.registration, card) for card in rows]
    pages = [printing.certificate_page(*pair) for pair in pairs]
    found: dict[str, list[float]] = {"ours": [], "floor": [], "single": [], "data": []}
    printing.set_pages(pages[:BATCH])
    for n in range(ROUNDS):
        part = pages[(n + 1) * BATCH :][:BATCH]
        held = pairs[(n + 1) * BATCH :][:BATCH]
        addresses = [f"{settings.PUBLIC_URL}/v/{card.serial}" for _, card in held]

        def with_codes(part=part, addresses=addresses):
            fresh = [page | {"qr": qr_svg(address)} for page, address in zip(part, addresses, strict=True)]
            return printing.set_pages(fresh)

        found["ours"].append(rate(with_codes, BATCH))
        found["floor"].append(rate(lambda addresses=addresses: [qr_svg(a) for a in addresses], BATCH))
        found["single"].append(
            rate(lambda part=part: [printing.set_pages([page]) for page in part[:SINGLE]], SINGLE)
        )
        found["data"].append(rate(lambda held=held: printing.certificates_pdf(held), BATCH))
    best = {name: round(max(rates)) for name, rates in found.items()}
    measure.report(
        "certificates with QR, 200 to a document", ours=best["ours"], floor=best["floor"], better="more", n=len(pages),
        unit="a second of one core", reach=">= 150", single_rate=best["single"], with_data_rate=best["data"],
    )  # fmt: skip


if __name__ == "__main__":
    main()

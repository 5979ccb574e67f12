"""Certificates with QR as PDF: documents a second of one core, counted in processor time, against the QR codes alone.

`ours` is the batch, 200 certificates in one document, which is how an office prints a day's cards; `single_rate` is one
document for each certificate, where laying out a page costs most; both draw the QR codes, which carry signed tokens.
`with_data_rate` is the batch read from the database with all its names and offices. `signing_rate` is making tokens.
`photo_ms`: what the holder's photo adds to a page, `kept` from the vault where it was scaled when the card was signed,
`scaled` from the paper as handed in. Reach: 150. Signs the cards it prints where that has not been done.
"""

import io
import time

import measure

measure.start()
from django.utils import timezone  # noqa: E402
from PIL import Image  # noqa: E402

from shegong.duties.registry import printing  # noqa: E402
from shegong.duties.registry.actions import proving  # noqa: E402
from shegong.duties.registry.models import Card  # noqa: E402
from shegong.duties.registry.models.portraits import TWO_INCHES  # noqa: E402
from shegong.duties.registry.models.proof import PORTRAITS  # noqa: E402
from shegong.duties.registry.tokens import token_of  # noqa: E402
from shegong.ground.documents import pictures  # noqa: E402
from shegong.kernel.printing import qr_svg  # noqa: E402

BATCH, SINGLE, ROUNDS = 200, 40, 5


def rate(call, count: int) -> float:
    """How many a second of processor time."""
    began = time.process_time()
    call()
    return count / (time.process_time() - began)


def photo_costs() -> dict[str, float]:
    """Milliseconds that a photo of twelve hundred by sixteen hundred points adds, kept and scaled anew."""
    noise = Image.effect_noise((300, 400), 60).resize((1200, 1600)).convert("RGB")
    out = io.BytesIO()
    noise.save(out, "JPEG", quality=88)
    small = pictures.portrait(out.getvalue(), *TWO_INCHES)
    kept = PORTRAITS.keep(small)
    ways = {
        "scaled": lambda: pictures.portrait(out.getvalue(), *TWO_INCHES),
        "kept": lambda: PORTRAITS.read(kept),
    }
    return {
        name: round(
            1000 / max(rate(lambda call=call: [call() for _ in range(20)], 20) for _ in range(ROUNDS)), 2
        )
        for name, call in ways.items()
    }


def main() -> None:
    """Best of the rounds: other processes may only slow us."""
    rows = Card.objects.select_related("registration__certificate", "term").order_by("id")[
        : BATCH * (ROUNDS + 1)
    ]
    pairs = [(card.registration, card) for card in rows]
    for _, card in pairs:
        if not card.tokens.exists():
            proving.sign_card(card)
    pages = [printing.certificate_page(*pair) for pair in pairs]
    found: dict[str, list[float]] = {name: [] for name in ("ours", "floor", "single", "data", "signing")}
    printing.set_pages(pages[:BATCH])
    now = timezone.now()
    for n in range(ROUNDS):
        part = pages[(n + 1) * BATCH :][:BATCH]
        held = pairs[(n + 1) * BATCH :][:BATCH]
        addresses = [printing.verify_url(card) for _, card in held]

        def with_codes(part=part, addresses=addresses):
            fresh = [page | {"qr": qr_svg(address)} for page, address in zip(part, addresses, strict=True)]
            return printing.set_pages(fresh)

        found["ours"].append(rate(with_codes, BATCH))
        found["floor"].append(rate(lambda addresses=addresses: [qr_svg(a) for a in addresses], BATCH))
        found["single"].append(
            rate(lambda part=part: [printing.set_pages([page]) for page in part[:SINGLE]], SINGLE)
        )
        found["data"].append(rate(lambda held=held: printing.certificates_pdf(held), BATCH))
        found["signing"].append(
            rate(lambda held=held: [token_of(card, portrait=None, at=now) for _, card in held], BATCH)
        )
    best = {name: round(max(rates)) for name, rates in found.items()}
    measure.report(
        "certificates with QR, 200 to a document", ours=best["ours"], floor=best["floor"], better="more", n=len(pages),
        unit="a second of one core", reach=">= 150", single_rate=best["single"], with_data_rate=best["data"],
        signing_rate=best["signing"], photo_ms=photo_costs(),
    )  # fmt: skip


if __name__ == "__main__":
    main()

"""A target over its units: the sum check, a proposed split, a pasted column; pure (N10)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from shegong.kernel.characters import plain
from shegong.kernel.refusal import Obstacle
from shegong.kernel.text import N_
from shegong.kernel.typed_numbers import whole_number

CLAUSE = "N10"
MOST = 100_000_000
# Kinds that a whole is the sum of; days for each person and the like are the same everywhere.
SPLITTABLE = frozenset({"stock", "flow", "cumulative", "count", "milestone"})


def split_obstacles(total: int, amounts: Iterable[int], reason: str, unit: str) -> list[Obstacle]:
    """The parts make up the whole, or somebody says why not. `unit` is the word of the unit, a source string."""
    gap = total - sum(amounts)
    if not gap or len(reason.strip()) >= 4:
        return []
    if gap > 0:
        message = N_("The sum is %(gap)s %(unit)s short. Correct the split, or say why.")
        return [Obstacle("split_short", message, "gap_reason", CLAUSE, {"gap": gap, "unit": unit})]
    message = N_("The sum is %(gap)s %(unit)s too many. Correct the split, or say why.")
    return [Obstacle("split_over", message, "gap_reason", CLAUSE, {"gap": -gap, "unit": unit})]


def amount_obstacles(amounts: Mapping[int, int | None], field: str = "u%s") -> list[Obstacle]:
    """Each unit has a whole number from zero on."""
    return [
        Obstacle("split_amount", N_("Enter a whole number, 0 or more."), field % code, CLAUSE)
        for code, amount in amounts.items()
        if amount is None or not 0 <= amount <= MOST
    ]


def curve_obstacles(quarters: Sequence[int | None]) -> list[Obstacle]:
    """Percentages due by the end of the first three quarters: all or none, rising, none over 100."""
    given = [q for q in quarters if q is not None]
    if not given or (
        len(given) == len(quarters) and list(given) == sorted(given) and given[0] >= 0 and given[-1] <= 100
    ):
        return []
    message = N_("Say for all three quarters what share is due by then, rising, at most 100.")
    return [Obstacle("target_curve", message, "q1", CLAUSE)]


def propose(total: int, weights: Mapping[int, int | float]) -> dict[int, int]:
    """`total` split by weight into whole numbers that add up to it, by largest remainder; equal weights when all are 0.

    Among equal remainders the unit with the smaller code gets the odd one, so the same question has one answer.
    """
    if not weights:
        return {}
    whole = sum(Fraction(w) for w in weights.values())
    shares = {
        code: Fraction(total) * Fraction(w) / whole if whole else Fraction(total, len(weights))
        for code, w in weights.items()
    }
    split = {code: int(share) for code, share in shares.items()}
    odd = sorted(shares, key=lambda code: (split[code] - shares[code], code))[: total - sum(split.values())]
    return {code: amount + (code in odd) for code, amount in split.items()}


@dataclass(frozen=True)
class Pasted:
    """What a pasted column said: amounts by unit, lines that nobody understood."""

    amounts: dict[int, int]
    unread: tuple[str, ...] = ()


def typed_amount(text: str) -> int | None:
    """The whole number that somebody typed or pasted: 1,200, １２００ and 1200人 alike; None for anything else."""
    return whole_number(plain(text).replace(",", "").removesuffix("人"))


def read_column(text: str, units: Sequence[int], codes_of: Mapping[str, int]) -> Pasted:
    """A column from a sheet: plain numbers in the order of the units, or lines of name and number.

    `codes_of` leads from names to codes. A line of a total (合计, 总计) is passed over.
    """
    lines = [line.strip() for line in text.replace("\r", "\n").split("\n") if line.strip()]
    numbers = [typed_amount(line) for line in lines]
    if len(lines) == len(units) and None not in numbers:
        return Pasted({code: int(number or 0) for code, number in zip(units, numbers, strict=True)})
    amounts: dict[int, int] = {}
    unread = []
    for line in lines:
        name, _, last = line.replace("，", "\t").replace("：", "\t").replace(" ", "\t").rpartition("\t")
        code, amount = codes_of.get(name.strip()), typed_amount(last)
        if code is not None and amount is not None and code in units:
            amounts[code] = amount
        elif not name.strip().startswith(("合计", "总计", "小计")):
            unread.append(line)
    return Pasted(amounts, tuple(unread))

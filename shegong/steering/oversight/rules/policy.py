"""What the body that steers the programme decides about supervision (policy/oversight.toml); pure."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class OversightPolicy:
    """Days are calendar days; `behind_percent` is a share of what the annual plan expects by the notice's day."""

    cadence: Literal["month", "quarter"]
    remind_before: int
    days_to_answer: int
    behind_percent: int
    days_to_rectify: int

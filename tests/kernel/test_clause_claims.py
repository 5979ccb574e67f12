"""What the plan file claims and what the code answers agree."""

from pathlib import Path

from shegong.config.clause_map import answered
from shegong.kernel.clauses import faults
from shegong.steering.programme.models import plan

ROOT = Path(__file__).parents[2]


def test_no_clause_claims_more_or_less_than_the_code_answers():
    assert faults(plan().clauses, answered(ROOT)) == []

"""What the plan file claims and what the code answers agree."""

from pathlib import Path

from django.conf import settings

from shegong.config.clause_map import clause_map
from shegong.kernel.clauses import declared, faults, load_clauses, page_answers, test_answers
from shegong.kernel.routes import routes

ROOT = Path(__file__).parents[2]


def test_no_clause_claims_more_or_less_than_the_code_answers():
    clause_map(ROOT)  # imports every context's actions, which declare what they answer
    found = [*declared(), *page_answers(routes()), *test_answers(ROOT / "tests")]
    assert faults(load_clauses(settings.PLAN), found) == []

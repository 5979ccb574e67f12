"""Figures when two records turn out to be one human, and when they turn out not to be."""

from datetime import date

import pytest

from shegong.ground.credentials import actions as credentials
from shegong.ground.organizations.models import Organization
from shegong.kernel import cube
from shegong.kernel.access import SYSTEM
from shegong.kernel.http import today
from shegong.steering.dossier import actions
from shegong.work.employment import actions as employment

pytestmark = pytest.mark.django_db
YANJI = 222401000
PEOPLE = ("credentials.holders", "credentials.new_holders", "employment.in_post")


@pytest.fixture
def twice(pair, offices):
    """Each record has a certificate of its own and the same work."""
    body = Organization.objects.create(kind="service_centre", region_code=YANJI, name="延吉某中心")
    for n, (one, level) in enumerate(zip(pair, ("assistant", "social_worker"), strict=True)):
        row = credentials.declare_certificate(one, level=level, management_no=f"20120622004000012{n}",
                                              issued_on=date(2012, 6, 30), by=SYSTEM, on=today())  # fmt: skip
        credentials.verify_certificate(row, source="office", by=SYSTEM, on=today())
        employment.declare_employment(one, employer=body, region_code=YANJI, position="", service_field="",
                                      start=date(2020, 5, 1), by=SYSTEM, on=today())  # fmt: skip
    return pair


def figures():
    assert [cube.recount(name) for name in PEOPLE] == [[], [], []]
    return [cube.value(name, on=today()) for name in PEOPLE]


def test_a_merge_makes_one_of_two_and_parting_makes_two_again(twice, first, second):
    assert figures() == [2, 2, 2]
    kept, _gone = twice
    case = actions.suspect(*twice, by=SYSTEM, on=today())
    case = actions.propose(
        case, wish="merge", keep=kept, reason="电话核实为同一人", by=first.actor, on=today()
    )
    case = actions.merge(case, by=second.actor, on=today())
    assert figures() == [1, 1, 1]
    assert list(cube.subjects("credentials.holders", on=today())) == [kept.pk]
    assert cube.table("credentials.holders", on=today(), by=["level"]) == {(2,): 1}
    case = actions.propose_undo(case, reason="是双胞胎，两个人", by=first.actor, on=today())
    actions.undo(case, by=second.actor, on=today())
    assert figures() == [2, 2, 2]

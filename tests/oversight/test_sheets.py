"""Layout 10: a dispatch table fills in the return as its form does, with each fault at its cell (N6)."""

import io

import pytest
from django.db import transaction

from shegong.kernel.http import today
from shegong.kernel.sheets.layout import Taking
from shegong.kernel.sheets.rows import RowReader
from shegong.kernel.sheets.workbook import read_workbook
from shegong.steering.oversight import actions
from shegong.steering.oversight.models import Answer, DispatchReturn
from shegong.steering.oversight.sheets import DISPATCH
from shegong.steering.oversight.sheets.rounds import open_rounds

from .conftest import BAICHENG, photo

PLACES = {column.key: place for place, column in enumerate(DISPATCH.columns)}


@pytest.fixture
def form(a_round):
    return DispatchReturn.objects.get(dispatch=a_round(), region=BAICHENG)


@pytest.fixture
def taking(form, baicheng):
    return Taking(7, baicheng.actor, today(), {"round": str(form.dispatch_id)})


def row(at=3, **cells):
    usual = {"indicator": "K-T3.1", "unit": "白城市", "quarter": "1", "total": "2"}
    given = {**usual, **cells}
    return RowReader(DISPATCH, PLACES, today()).read(at, [given.get(c.key, "") for c in DISPATCH.columns])


def checked(taking, *rows):
    DISPATCH.check(rows, taking)
    return rows


def taken(taking, *rows):
    checked(taking, *rows)
    assert all(one.is_good for one in rows), [one.findings for one in rows]
    with transaction.atomic():
        DISPATCH.take(rows, taking)


@pytest.mark.clause("N6")
def test_a_row_fills_in_its_line_and_hands_nothing_in(taking, form):
    taken(
        taking,
        row(problems="师资不足", next_steps="增开一期"),
        row(4, indicator="K-S2012.2", total="0", quarter="0"),
    )
    form.refresh_from_db()
    said = {
        one.asked.indicator: one
        for one in Answer.objects.filter(dispatch_return=form).select_related("asked")
    }
    assert (said["K-T3.1"].own, said["K-S2012.2"].counted, said["K-S2012.2"].own) == (2, 0, None)
    assert (form.state, form.problems, form.next_steps) == ("open", "师资不足", "增开一期")
    (again,) = checked(taking, row())
    assert again.outcome == "same"


def test_what_the_form_says_otherwise_stays(taking, form, baicheng):
    question = form.dispatch.asked.get(indicator="")
    actions.save_return(
        form, own={}, texts={question.pk: "缺少师资"}, problems="甲", by=baicheng.actor, on=today()
    )
    taken(taking, row())
    form.refresh_from_db()
    assert Answer.objects.get(asked=question).text == "缺少师资" and form.problems == "甲"


@pytest.mark.parametrize(
    ("cells", "found"),
    [
        ({"indicator": "K-G4"}, [("indicator", "not_asked")]),
        ({"unit": "延边州"}, [("unit", "not_your_unit")]),
        ({"total": ""}, [("total", "cell_missing")]),
        ({"total": "两个"}, [("total", "number_form")]),
        ({"quarter": "3"}, [("quarter", "quarter_more")]),
        ({"indicator": "K-S2012.2", "total": "4", "quarter": ""}, [("why", "answer_why")]),
    ],
)
def test_each_fault_is_named_at_its_cell(taking, cells, found):
    (read,) = checked(taking, row(**cells))
    assert [(one.column, one.obstacle.code) for one in read.findings if one.blocks] == found


def test_without_a_round_that_waits_there_is_nothing_to_fill_in(taking, form, baicheng, coordinator):
    question = form.dispatch.asked.get(indicator="")
    entered = form.dispatch.asked.get(indicator="K-T3.1")
    actions.submit_return(form, own={entered.pk: 1}, texts={question.pk: "无"}, papers=[("证.jpg", photo())],
                          by=baicheng.actor, on=today())  # fmt: skip
    assert [value for value, _words in open_rounds(baicheng.actor, today())] == ["0"]
    (read,) = checked(taking, row())
    assert [one.obstacle.code for one in read.findings] == ["no_round"]


def test_a_workbook_is_taken_back_until_the_return_is_handed_in(taking, form, baicheng):
    taken(taking, row(problems="师资不足"))
    assert DISPATCH.touched(taking) == []
    with transaction.atomic():
        DISPATCH.undo(taking)
    form.refresh_from_db()
    assert form.problems == "" and not Answer.objects.filter(asked__indicator="K-T3.1").exists()


def test_the_unit_downloads_its_table_with_what_the_registers_count(form, baicheng, tmp_path):
    answer = baicheng.browser.get(f"/office/returns/{form.pk}/workbook.xlsx")
    file = tmp_path / "table.xlsx"
    file.write_bytes(io.BytesIO(answer.content).getvalue())
    with read_workbook(str(file), DISPATCH, today=today()) as reading:
        rows = list(reading.rows())
    assert [(one.values["unit"], one.values["total"]) for one in rows] == [("白城市", 0), ("白城市", None)]

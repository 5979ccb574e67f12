"""What was said about a file as a whole is put right: by whom, when, with which reason, and with what in the journal."""

from dataclasses import replace

import pytest
from django.urls import reverse

from shegong.ground.intake import actions
from shegong.ground.intake.models import Batch
from shegong.kernel.http import today
from shegong.kernel.journal import JournalEntry
from shegong.kernel.refusal import Refused, Stale
from shegong.kernel.sheets import layout as layouts
from shegong.kernel.sheets.layout import Question

PLACES = Question("covers", "What the list covers", lambda by, on: [("people", "Only these"), ("7", "七区")])
REASON = "上传时选错了范围"


@pytest.fixture
def restated(monkeypatch, test_layout):
    """The layout with a question; what it was told to look at again."""
    told = []
    asking = replace(
        test_layout, questions=(PLACES,), restate=lambda taking, why: told.append((dict(taking.said), why))
    )
    monkeypatch.setitem(layouts._LAYOUTS, "test", asking)
    return told


@pytest.fixture
def taken(restated, bring, clerk):
    batch = bring(["A1", "张三", ""])
    actions.accept(batch, by=clerk, on=today())
    actions.work(batch_id=batch.pk)
    batch.refresh_from_db()
    return batch


def correct(batch, by, said="7", reason=REASON, **more):
    return actions.correct(batch, said={"covers": said}, reason=reason, by=by, on=today(), **more)


@pytest.mark.clause("T4.2.b")
def test_who_took_a_workbook_in_puts_right_what_was_said_about_it(taken, clerk, restated):
    done = correct(taken, clerk)
    assert done.said == {"covers": "7"} and done.state == "taken" and restated == [({"covers": "7"}, REASON)]
    entry = JournalEntry.objects.get(verb="intake.batch.correct")
    assert (
        entry.facts == {"before": {"covers": "people"}, "after": {"covers": "7"}} and entry.reason == REASON
    )
    with pytest.raises(Stale):  # a page from before
        correct(taken, clerk, said="people", seen=taken.version)


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"reason": " 错 "}, "correct_reason"),
        ({"said": "8"}, "answer_unknown"),
        ({"said": "people"}, "answer_same"),
    ],
)
def test_without_reason_offer_or_change_nothing_is_put_right(taken, clerk, restated, more, code):
    with pytest.raises(Refused) as refused:
        correct(taken, clerk, **more)
    assert [one.code for one in refused.value.obstacles] == [code] and restated == []


def test_what_is_not_in_yet_is_not_put_right(restated, bring, clerk):
    with pytest.raises(Refused, match="that is in"):
        correct(bring(["A1", "张三", ""]), clerk)


def test_a_colleague_puts_it_right_only_once_who_took_it_in_acts_no_more(
    taken, world_of, monkeypatch, restated
):
    colleague = world_of.officer(user=2, person=2)
    with pytest.raises(Refused, match="took the workbook in"):
        correct(taken, colleague)
    monkeypatch.setattr("shegong.kernel.access._actor_sources", [lambda user, day: None])
    assert correct(taken, colleague).said == {"covers": "7"} and len(restated) == 1


def test_the_page_of_a_batch_leads_to_the_form_and_back(taken, visit):
    client, where = visit(), reverse("intake:correct", args=[taken.number])
    assert where in client.get(reverse("intake:batch", args=[taken.number])).content.decode()
    assert "七区" in client.get(where).content.decode()
    assert client.post(where, {"covers": "7", "reason": "", "version": taken.version}).status_code == 422
    assert client.post(where, {"covers": "7", "reason": REASON, "version": taken.version}).status_code == 302
    assert Batch.objects.get(pk=taken.pk).said == {"covers": "7"}

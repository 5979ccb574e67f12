"""A model case: verified by another officer, published only as the person agreed, taken down when she changes her mind."""

import pytest
from django.test import Client

from shegong.ground.people import actions as people
from shegong.kernel.access import SYSTEM, Actor
from shegong.kernel.http import today
from shegong.kernel.messages import Message
from shegong.kernel.refusal import Refused
from shegong.steering.oversight import actions
from shegong.steering.oversight.models import ModelCase

from .conftest import BAICHENG

STORY = "金美玉扎根社区十年，帮助三十余名青少年重返校园，居民人人称赞。"
PLAIN = "她扎根社区十年，帮助三十余名青少年重返校园，居民人人称赞。"


def codes(refused):
    return {obstacle.code for obstacle in refused.value.obstacles}


@pytest.fixture
def worker(world):
    person = people.create_person(by=SYSTEM, on=today())
    people.state_name(person, name="金美玉", by=SYSTEM, on=today())
    return person


@pytest.fixture
def herself(worker):
    return Actor(user_id=99, person_id=worker.pk)


@pytest.fixture
def nominated(worker, baicheng):
    return actions.nominate(
        kind="person", region_code=BAICHENG, title="金美玉：社区里的守灯人", story=STORY, person=worker,
        by=baicheng.actor, on=today(),
    )  # fmt: skip


@pytest.fixture
def verified(nominated, coordinator):
    return actions.verify_case(
        nominated, plain_title="社区里的守灯人", plain_story=PLAIN, by=coordinator.actor, on=today()
    )


def page(row=None):
    answer = Client().get(f"/cases/{row.pk}/" if row else "/cases/")
    return answer.status_code, answer.content.decode()


@pytest.mark.clause("N9")
def test_a_verified_case_asks_the_person_and_waits_for_her(verified, worker, coordinator):
    assert Message.objects.filter(person_id=worker.pk, kind="oversight.case_asked").count() == 1
    with pytest.raises(Refused) as refused:
        actions.publish_case(verified, by=coordinator.actor, on=today())
    assert codes(refused) == {"case_no_answer"}
    assert page(verified)[0] == 404


def test_without_her_name_the_public_reads_the_text_that_names_nobody(verified, herself, coordinator):
    row = actions.answer_case(verified, consent="unnamed", by=herself, on=today())
    row = actions.publish_case(row, by=coordinator.actor, on=today())
    status, text = page(row)
    assert (status, "守灯人" in text, "金美玉" in text) == (200, True, False)
    assert "金美玉" not in page()[1]


def test_with_her_name_the_public_reads_the_whole_story(verified, herself, coordinator):
    row = actions.answer_case(verified, consent="named", by=herself, on=today())
    assert "<b>金美玉</b>" not in page(row)[1] + page()[1]
    row = actions.publish_case(row, by=coordinator.actor, on=today())
    assert "金美玉" in page(row)[1]
    for shown in (page(row)[1], page()[1]):
        assert "<b>金美玉</b>" in shown, "she agreed to be named, whatever the story says"


def test_who_changes_her_mind_is_taken_down_at_once(verified, herself, coordinator):
    row = actions.answer_case(verified, consent="named", by=herself, on=today())
    row = actions.publish_case(row, by=coordinator.actor, on=today())
    row = actions.answer_case(row, consent="unnamed", by=herself, on=today())
    assert (row.state, "金美玉" in page(row)[1]) == ("published", False)
    row = actions.answer_case(row, consent="refused", by=herself, on=today())
    assert (row.state, page(row)[0]) == ("withdrawn", 404)


def test_nobody_answers_for_her(verified, coordinator):
    with pytest.raises(Refused) as refused:
        actions.answer_case(verified, consent="named", by=coordinator.actor, on=today())
    assert codes(refused) == {"not_yours"}


def test_the_text_without_names_must_not_name_her(nominated, coordinator):
    with pytest.raises(Refused) as refused:
        actions.verify_case(nominated, plain_story=STORY, by=coordinator.actor, on=today())
    assert codes(refused) == {"case_named"}


def test_a_practice_needs_no_consent_and_is_cited_once_published(coordinator, baicheng):
    row = actions.nominate(
        kind="practice", region_code=BAICHENG, title="三社联动", story="社区、社会组织、社工联动，问题一周办结。",
        by=baicheng.actor, on=today(),
    )  # fmt: skip
    with pytest.raises(Refused):
        actions.cite_case(row, what="2012年度报告", by=coordinator.actor, on=today())
    row = actions.verify_case(row, by=coordinator.actor, on=today())
    row = actions.publish_case(row, by=coordinator.actor, on=today())
    actions.cite_case(row, what="2012年度报告", by=coordinator.actor, on=today())
    assert list(row.citations.values_list("what", flat=True)) == ["2012年度报告"]
    assert ModelCase.objects.between(today(), today()).get() == row

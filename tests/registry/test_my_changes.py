"""After the first day on the phone: choose what changed, one question, papers, submit."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from shegong.duties.registry import actions
from shegong.duties.registry.models import Application, Card
from shegong.ground.accounts import actions as accounts
from shegong.kernel.access import SYSTEM
from shegong.kernel.http import today

pytestmark = [pytest.mark.django_db, pytest.mark.clause("T4.2.a")]
YANJI, TUMEN = 222401000, 222402000


@pytest.fixture
def holder(make_case, desks, let_in):
    made = make_case()
    for officer in (desks.county, desks.prefecture, desks.province):
        actions.pass_stage(made.application, opinion="材料齐全，同意登记。", by=officer, on=today())
    Application.objects.filter(pk=made.application.pk).update(decided_at=timezone.now() - timedelta(days=30))
    made.application.refresh_from_db()
    made.registration = actions.issue_certificate(made.application, by=SYSTEM, on=today())
    user = accounts.create_user(
        made.person, username="mei", password="correct horse 9", by=SYSTEM, on=today()
    )
    made.browser = let_in(Client(), user)
    return made


def begin(holder, what):
    answer = holder.browser.post(reverse("registry:changes"), {"what": what})
    assert answer.status_code == 302
    return Application.objects.exclude(kind="first").get()


def question(application):
    return reverse("registry:change", args=[application.token])


def test_the_first_page_leads_to_what_can_change(holder):
    assert reverse("registry:changes") in holder.browser.get(reverse("registry:my")).content.decode()
    text = holder.browser.get(reverse("registry:changes")).content.decode()
    assert "登记证书遗失" in text and "注销登记" in text


def test_a_loss_is_reported_in_one_question_and_the_old_code_stops(holder):
    application = begin(holder, "lost")
    old = Card.objects.get()
    assert "原证书" in holder.browser.get(question(application)).content.decode()
    assert holder.browser.post(question(application), {"note": "乘车遗失"}).status_code == 302
    old.refresh_from_db()
    assert old.replaced_at is not None
    assert (
        "乘车遗失" in holder.browser.get(reverse("registry:check", args=[application.token])).content.decode()
    )


def test_who_has_not_stated_the_new_employer_yet_is_told_so_before_any_photograph(holder):
    application = begin(holder, "employer")
    answer = holder.browser.post(question(application))
    assert answer.status_code == 302 and answer.url == question(application)
    text = holder.browser.get(answer.url).content.decode()
    assert "登记的就是这个单位" in text and reverse("employment:mine") in text


def test_a_move_names_a_county_and_the_ground(holder):
    application = begin(holder, "region")
    offered = holder.browser.get(question(application)).content.decode()
    assert f'value="{TUMEN}"' in offered and f'value="{YANJI}"' not in offered, "where it is kept is no move"
    answer = holder.browser.post(question(application), {"region": TUMEN, "ground": "workplace"})
    assert answer.status_code == 422 and "我的工作" in answer.content.decode()
    assert (
        holder.browser.post(question(application), {"region": TUMEN, "ground": "domicile"}).status_code == 302
    )
    application.refresh_from_db()
    assert (application.region_code, application.change.to_region_code) == (TUMEN, TUMEN)


def test_who_has_no_higher_certificate_is_told_to_add_it(holder):
    text = holder.browser.get(question(begin(holder, "level"))).content.decode()
    assert "没有更高级别的证书" in text and reverse("credentials:my_certificate_new") in text


def test_a_name_that_is_none_stays_in_the_form(holder):
    application = begin(holder, "name")
    answer = holder.browser.post(question(application), {"name": "123"})
    assert answer.status_code == 422 and "name" in answer.context["form"].errors
    assert holder.browser.post(question(application), {"name": "金美兰"}).status_code == 302
    assert (
        "金美兰" in holder.browser.get(reverse("registry:check", args=[application.token])).content.decode()
    )


def test_others_and_those_without_a_registration_find_nothing(holder, make_case, let_in):
    application = begin(holder, "request")
    other = make_case("李四")
    user = accounts.create_user(
        other.person, username="li", password="correct horse 9", by=SYSTEM, on=today()
    )
    stranger = let_in(Client(), user)
    assert stranger.get(question(application)).status_code == 404
    assert stranger.get(reverse("registry:changes")).status_code == 302

"""Copies and erasure work under the application's role with row security up, and reach what lies in other offices."""

import pytest
from fixtures.second_wall import standing

from shegong.ground.people.models import Contact, Identity, PersonName
from shegong.steering.privacy.models import Request

pytestmark = [pytest.mark.django_db, pytest.mark.clause("T4.2.b")]
WHY = "本人已离开行业"


def test_a_copy_is_whole_and_an_erasure_leaves_nothing_with_the_walls_up(worker, first, second, said):
    with standing():
        copied = worker.browser.post("/my/privacy/copy/", {"form": "json"}).content.decode()
        missing = [
            one
            for one in (said.name, said.number, said.phone, said.school, "延吉社工服务中心")
            if one not in copied
        ]
        assert missing == []
        worker.browser.post("/my/privacy/deletion/", {"wish": ""})
        row = Request.objects.get()
        address = f"/office/privacy/requests/{row.pk}/"
        first.browser.post(address, {"choice": "propose", "reason": WHY, "version": row.version})
        answer = second.browser.post(address, {"choice": "erase", "reason": "", "version": row.version + 1})
        assert answer.status_code == 302
        row.refresh_from_db()
        assert row.state == "erased"
        for model in (Identity, PersonName, Contact):
            assert not model.objects.filter(person=worker.person).exists()

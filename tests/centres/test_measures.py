"""Active centres as of any day."""

from datetime import date, timedelta

from shegong.kernel import cube
from shegong.kernel.access import Range
from shegong.work.centres import actions

from .conftest import BEISHAN, DAY, YANJI

NAME = "centres.active"
REGISTERED = date(2011, 8, 1)


def enter(clerk, **more):
    return actions.enter_centre(
        None, name="延吉市北山街道社会救助服务中心", region_code=BEISHAN, legal_representative="李英爱",
        registration_no="吉延民政字第010123号", by=clerk, on=DAY, **more
    )  # fmt: skip


def test_a_centre_counts_from_its_registration_and_not_while_it_is_abnormal(clerk):
    centre = enter(clerk, registered_on=REGISTERED)
    actions.change_standing(centre, step="flag", reason="未按时报送年检材料", by=clerk, on=DAY + timedelta(5))
    actions.change_standing(centre, step="clear", reason="已补报年检材料", by=clerk, on=DAY + timedelta(9))
    days = [REGISTERED - timedelta(1), REGISTERED, DAY, DAY + timedelta(5), DAY + timedelta(9)]
    assert [cube.value(NAME, on=day) for day in days] == [0, 1, 1, 0, 1]
    assert list(cube.subjects(NAME, on=DAY, ranges=[Range(YANJI, YANJI + 1000)])) == [centre.pk]
    assert cube.recount(NAME) == []


def test_a_corrected_day_and_a_withdrawn_workbook_move_the_figure(clerk):
    centre = enter(clerk, batch_id=7)
    assert cube.value(NAME, on=REGISTERED) == 0 and cube.value(NAME, on=DAY) == 1
    actions.correct_centre(
        centre, legal_representative="李英爱", registration_no=centre.registration_no, registered_on=REGISTERED,
        by=clerk, on=DAY,
    )  # fmt: skip
    assert cube.value(NAME, on=REGISTERED) == 1
    actions.withdraw_batch(7, by=clerk, on=DAY)
    assert (cube.value(NAME, on=DAY), cube.recount(NAME)) == (0, [])

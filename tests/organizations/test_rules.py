"""Names of offices and bodies, and the check of credit codes by the database itself."""

from datetime import date

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum.cn.uscc import calc_check_digit

from shegong.ground.organizations.rules import name_obstacles, office_name, similar_names, transfer_obstacles
from shegong.ground.organizations.rules.names import canonical
from shegong.kernel.codes import USCC_LETTERS


@pytest.mark.parametrize("name, level, above, office", [
    ("吉林省", 1, "", "吉林省民政厅"), ("北京市", 1, "", "北京市民政局"), ("宁夏回族自治区", 1, "", "宁夏回族自治区民政厅"),
    ("延边朝鲜族自治州", 2, "吉林省", "延边朝鲜族自治州民政局"), ("延吉市", 3, "延边朝鲜族自治州", "延吉市民政局"),
    ("朝阳区", 3, "长春市", "长春市朝阳区民政局"), ("前郭尔罗斯蒙古族自治县", 3, "松原市", "前郭尔罗斯蒙古族自治县民政局"),
])  # fmt: skip
def test_an_office_is_called_after_its_division(name, level, above, office):
    assert office_name(name, level, above) == office


@pytest.mark.parametrize("one, other, alike", [
    ("延吉市阳光社会工作服务中心", "延吉市阳光社工服务中心", True),
    ("延吉市阳光社会工作服务中心", "延吉阳光社会工作服务中心", True),
    ("长春市善满家园社会工作服务中心", "长春市善满家园社会工作发展中心", False),
    ("延吉市阳光社会工作服务中心", "图们市阳光社会工作服务中心", False),
    ("吉林大学", "吉林农业大学", False),
    ("长春新希望残疾人托养所", "长春新稀望残疾人托养所", True),
])  # fmt: skip
def test_names_that_read_like_one_body_are_noticed(one, other, alike):
    assert bool(similar_names(one, [other])) is alike
    assert bool(similar_names(other, [one])) is alike


@given(st.text(alphabet="延吉市阳光社会工作服务中心（）( )", min_size=2, max_size=30))
def test_a_canonical_name_stays_as_it_is(text):
    assert canonical(canonical(text)) == canonical(text)


@pytest.mark.parametrize("name, code", [
    ("", "organization_name_length"), ("长" * 61, "organization_name_length"),
    ("长春\u200b社工", "organization_name_sign"), ("长春\u202e社工", "organization_name_sign"),
])  # fmt: skip
def test_names_with_unseen_signs_or_of_odd_length_are_refused(name, code):
    assert code in {obstacle.code for obstacle in name_obstacles(canonical(name))}


def database_says(code):
    with connection.cursor() as cursor:
        cursor.execute("SELECT uscc_is_valid(%s)", [code])
        return cursor.fetchone()[0]


bodies = st.tuples(
    st.text(USCC_LETTERS, min_size=2, max_size=2), st.text("0123456789", min_size=6, max_size=6),
    st.text(USCC_LETTERS, min_size=9, max_size=9),
).map("".join)  # fmt: skip


@pytest.mark.django_db
@settings(max_examples=60, deadline=None)
@given(body=bodies, wrong=st.sampled_from(USCC_LETTERS))
def test_the_database_checks_a_credit_code_as_the_standard_does(body, wrong):
    right = calc_check_digit(body)
    assert database_says(body + right)
    assert database_says(body + wrong) is (wrong == right)
    assert not database_says((body + right).lower() + "0")


def test_a_transfer_needs_a_day_a_basis_and_another_body():
    found = transfer_obstacles(effective=None, holder_since=None, is_same=True, is_dissolved=True, basis=" ")
    assert {obstacle.code for obstacle in found} == {"duty_same", "duty_dissolved", "duty_day", "duty_basis"}
    day = date(2024, 1, 1)
    assert not transfer_obstacles(
        effective=day, holder_since=day, is_same=False, is_dissolved=False, basis="吉发"
    )

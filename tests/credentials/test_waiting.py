"""The list of pass-list lines that wait: who sees which, what they wait for, filters, the file; and from where one finds it."""

import re
import shutil
import subprocess
from datetime import date

import pytest
from django.db import transaction

from shegong.ground.credentials import actions
from shegong.ground.people import actions as people
from shegong.kernel.access import SYSTEM
from shegong.kernel.http import today

PAGE, YANBIAN, TUMEN = "/office/pass-lists/waiting/", 222400000, 222402000
DAY = date(2025, 6, 15)


@pytest.fixture
def listed(person, make_person):
    """Three lines: of somebody unknown, of somebody without a certificate, of one whose certificate says otherwise."""
    other = make_person("赵一", "345")
    numbers = [people.open_number(one.identities.get()) for one in (person, other)]
    unknown = "990101199203047797"
    said = [
        (numbers[0], "王小明", "社会工作师", "202506222401000001", YANBIAN),
        (numbers[1], "赵一", "助理社会工作师", "202506222401000002", YANBIAN),
        (unknown, "钱二", "社会工作师", "202506222401000003", None),
    ]
    levels = {"社会工作师": "social_worker", "助理社会工作师": "assistant"}
    passed = [actions.Passed(n, name, levels[lv], no, DAY, 2025, place) for n, name, lv, no, place in said]
    with transaction.atomic():
        actions.take_pass_list(passed, batch_id=7, by=SYSTEM, on=today())
    actions.declare_certificate(
        person, level="assistant", management_no="202506222401000001", issued_on=DAY, by=SYSTEM, on=today()
    )


def names(page):
    return set(re.findall("王小明|赵一|钱二", page.content.decode().partition("<tbody>")[2]))


@pytest.mark.clause("T4.2.b")
def test_each_line_says_what_it_waits_for_and_is_found_by_it(listed, sign_in):
    officer = sign_in("lin", YANBIAN, role="second_registrar")
    shown = officer.get(PAGE).content.decode()
    assert "证书信息与名单不符" in shown and "库中有此人，未填证书" in shown
    assert names(officer.get(PAGE)) == {"王小明", "赵一"}  # nobody knows where the third belongs
    assert names(officer.get(PAGE + "?state=differs")) == {"王小明"}
    assert names(officer.get(PAGE + "?level=assistant&year=2025&place=222400")) == {"赵一"}
    assert names(officer.get(PAGE + "?year=2024")) == set()
    assert officer.get(PAGE.rstrip("/") + ".csv").status_code == 200
    assert PAGE in officer.get("/office/intake/").content.decode()  # its tab


def test_the_file_opens_in_libreoffice_with_as_many_rows_as_the_button_said(listed, sign_in, tmp_path):
    officer, office = sign_in("lin", YANBIAN, role="second_registrar"), shutil.which("soffice")
    assert office, "bin/test installs libreoffice-calc-nogui"
    said = int(re.search(r"导出 (\d+) 行", officer.get(PAGE).content.decode())[1])
    file = tmp_path / "list.xlsx"
    file.write_bytes(b"".join(officer.get(PAGE.rstrip("/") + ".xlsx").streaming_content))
    command = [office, f"-env:UserInstallation=file://{tmp_path}/office", "--headless", "--convert-to",
               "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false", "--outdir", str(tmp_path), str(file)]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    lines = (tmp_path / "list.csv").read_text(encoding="utf-8").splitlines()
    head = next(n for n, line in enumerate(lines) if line.startswith("姓名,"))
    assert len([line for line in lines[head + 1 :] if line.strip(",")]) == said == 2


def test_another_prefecture_sees_none_of_them_and_a_county_not_the_page(listed, sign_in, client):
    county = sign_in("tu", TUMEN)
    assert county.get(PAGE).status_code == 403
    assert PAGE not in county.get("/office/").content.decode()

"""People whom the demo world has on record twice, for officers to compare and merge."""

from datetime import date
from typing import Any

from stdnum.cn.ric import calc_check_digit

from shegong.config.demo.cast import Cast
from shegong.ground.people import actions as people
from shegong.ground.people.models import Person
from shegong.kernel.access import SYSTEM
from shegong.steering.dossier import actions as dossier

LIVES_SINCE = date(2020, 1, 1)


def make_doubles(cast: Cast, region_code: int, on: date) -> list[Any]:
    """Two women of one prefecture, each twice: a number with a typing error in its place, and a rare character written
    two ways beside a passport. Found by the same look as at night."""
    number = _numbers(cast)
    born_on = date(1988, 8, 18)
    records = [
        _record("金美玉", region_code, on, number=f"990102{born_on:%Y%m%d}{number}", phone="13900000011"),
        _record("金美玉", region_code, on, number=f"990120{born_on:%Y%m%d}{number}", phone="13900000011"),
        _record(
            "山崎花子",
            region_code,
            on,
            number=f"990102{date(1991, 2, 3):%Y%m%d}{number}",
            phone="13900000012",
        ),
        _record("山﨑花子", region_code, on, passport="TK1234567", phone="13900000012"),
    ]
    dossier.look([person.pk for person in records], on)
    return records


def _numbers(cast: Cast) -> str:
    """An even order: the two are women."""
    return f"{cast.seed % 50 * 2 + 800:03d}"


def _record(
    name: str, region_code: int, on: date, *, number: str = "", passport: str = "", phone: str
) -> Person:
    person = people.create_person(by=SYSTEM, on=on, source="import")
    people.state_name(person, name=name, by=SYSTEM, on=on, source="import")
    if number:
        full = number + calc_check_digit(number + "0")
        people.state_identity(person, kind="resident", number=full, by=SYSTEM, on=on, source="import")
    if passport:
        people.state_identity(person, kind="passport", number=passport, by=SYSTEM, on=on, source="import")
    people.state_contact(person, kind="phone", value=phone, verified=False, by=SYSTEM, on=on)
    people.tie(person, kind="residence", region_code=region_code, origin="people.person", origin_id=person.pk,
               start=LIVES_SINCE, by=SYSTEM, on=on)  # fmt: skip
    return person

"""What is compared and how the asker is counted."""

from ipaddress import ip_network

import pytest

from shegong.duties.lookup.rules import WORDS, Answer, answer_of, canonical_number, is_match
from shegong.duties.registry.rules import Status
from shegong.kernel.client_address import client_block

PROXIES = (ip_network("10.0.0.0/8"),)


@pytest.mark.parametrize(
    "typed", ["jl2012000001", "ＪＬ２０１２０００００１", " JL 2012 000001 ", "JL2012\u200b000001"]
)
def test_a_number_is_read_however_it_is_typed(typed):
    assert canonical_number(typed) == "JL2012000001"


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("林 晓岚", "林晓岚"),
        ("努尔买买提•阿布都热合曼", "努尔买买提·阿布都热合曼"),
        ("努尔买买提．阿布都热合曼", "努尔买买提·阿布都热合曼"),
        ("JOHN smith", "John Smith"),
        ("䶮𬍛", "䶮𬍛"),
    ],
)
def test_a_name_matches_as_readers_take_it(typed, name):
    assert is_match("JL1", typed, "JL1", name)


@pytest.mark.parametrize(
    ("number", "name"), [("JL1", "林晓风"), ("JL2", "林晓岚"), ("JL1", ""), ("", "林晓岚")]
)
def test_either_part_wrong_is_no_match(number, name):
    assert not is_match(number, name, "JL1", "林晓岚")


def test_nothing_matches_a_registration_that_is_not_there():
    assert not is_match("", "", "", "")


def test_every_status_of_the_register_has_an_answer():
    answered = {status: answer_of(str(status)) for status in Status}
    assert answered.pop(Status.NOT_YET) is Answer.NOT_FOUND
    assert Answer.NOT_FOUND not in answered.values()
    assert all(WORDS[answer].advice for answer in WORDS)


def test_a_replaced_card_is_told_only_while_the_registration_stands():
    assert answer_of("registered", card_replaced=True) is Answer.CARD_REPLACED
    assert answer_of("revoked", card_replaced=True) is Answer.REVOKED


@pytest.mark.parametrize(
    ("remote", "forwarded", "block"),
    [
        ("203.0.113.77", "", "203.0.113.0/24"),
        ("2001:db8:1:2ff::1", "", "2001:db8:1:200::/56"),
        ("::ffff:203.0.113.77", "", "203.0.113.0/24"),
        ("203.0.113.77", "198.51.100.1", "203.0.113.0/24"),
        ("10.0.0.5", "1.2.3.4, 198.51.100.9", "198.51.100.0/24"),
        ("10.0.0.5", "1.2.3.4, 198.51.100.9, 10.0.0.7", "198.51.100.0/24"),
        ("", "", "unknown"),
    ],
)
def test_the_asker_is_known_by_address_block_and_only_trusted_proxies_may_name_him(remote, forwarded, block):
    assert client_block(remote, forwarded, PROXIES) == block

"""Tries are counted by the real client: named by a trusted proxy, never by whoever writes the header himself."""

from ipaddress import ip_network

import pytest
from django.conf import settings as house
from django.test import Client

from shegong.ground.accounts.actions import entry as door
from shegong.ground.accounts.web import entry
from shegong.kernel.client_address import client_of

pytestmark = pytest.mark.django_db
PROXY, INNER = "10.0.0.5", "10.0.0.6"


@pytest.fixture(autouse=True)
def few(monkeypatch, places):
    """Three codes a client, and proxies in 10.0.0.0/8 as SHEGONG_TRUSTED_PROXIES names them."""
    monkeypatch.setattr(door, "CLIENT_LIMIT", (3, door.CLIENT_LIMIT[1]))
    monkeypatch.setattr(entry, "TRUSTED", (ip_network("10.0.0.0/8"),))


def ask(number, remote, forwarded=""):
    """Whether somebody at this address gets a code for the n-th phone."""
    answer = Client(REMOTE_ADDR=remote).post(
        "/account/code/", {"address": f"1380000{number:04d}"}, HTTP_X_FORWARDED_FOR=forwarded
    )
    return answer.status_code == 302


def test_two_clients_behind_one_proxy_are_counted_apart():
    assert [ask(n, PROXY, "198.51.100.9") for n in range(4)] == [True, True, True, False]
    assert ask(5, PROXY, "198.51.100.10"), "the neighbour is not held back"
    assert not ask(6, PROXY, f"198.51.100.9, {INNER}"), "the same client by way of two proxies"


def test_whoever_writes_the_header_himself_gains_nothing():
    assert [ask(n, "203.0.113.7", f"198.51.100.{n}") for n in range(4)] == [True, True, True, False]
    assert not ask(5, PROXY, "1.2.3.4, 203.0.113.7"), "a name in front of the real one counts for nothing"


@pytest.mark.parametrize(
    ("remote", "forwarded", "client"),
    [
        ("203.0.113.7", "198.51.100.1", "203.0.113.7"),
        (PROXY, "198.51.100.1", "198.51.100.1"),
        (PROXY, "", PROXY),
        (PROXY, " , 198.51.100.1 ,", "198.51.100.1"),
        (PROXY, f"1.2.3.4, 198.51.100.1, {INNER}", "198.51.100.1"),
        (PROXY, "no address", "no address"),
        ("", "198.51.100.1", ""),
    ],
)
def test_the_header_is_read_from_its_end_while_the_peer_is_trusted(remote, forwarded, client):
    assert client_of(remote, forwarded, [ip_network("10.0.0.0/8")]) == client


def test_nobody_is_trusted_unless_the_deployment_says_so():
    assert house.TRUSTED_PROXIES == []

"""`shegong signing`: an operator lets keys follow one another, strikes one off and sees what that touches."""

import pytest
from django.core.management import CommandError, call_command
from fixtures.key_orders import agreed

from shegong.duties.registry.models import StatusList
from shegong.kernel import signing
from shegong.kernel.journal import JournalEntry

pytestmark = [pytest.mark.clause("T4.2.e"), pytest.mark.django_db]


@pytest.fixture(autouse=True)
def folder(tmp_path, settings):
    settings.SIGNING_KEYS, settings.PRODUCTION = str(tmp_path / "signing"), True
    return tmp_path / "signing"


def said(capsys, *words, **options):
    call_command("signing", *words, **options)
    return capsys.readouterr().out


def test_keys_are_made_once_and_listed(folder, capsys):
    assert str(folder) in said(capsys, "make")
    before = sorted(path.read_bytes() for path in folder.iterdir())
    said(capsys, "make")
    assert sorted(path.read_bytes() for path in folder.iterdir()) == before
    listed = said(capsys, "list")
    assert [line.split()[0] for line in listed.splitlines()] == ["certificate", "status", "checkpoint"]
    assert listed.count("signs now") == 3


def test_a_rotation_is_journalled(folder, capsys):
    said(capsys, "make")
    agreed("sign.rotate", "certificate")
    said(capsys, "rotate", "certificate")
    entry = JournalEntry.objects.filter(verb__startswith="registry.signing").latest("seq")
    assert entry.verb == "registry.signing.rotate"
    assert entry.facts["purpose"] == "certificate"
    assert entry.facts["kid"] == signing.published("certificate")[1].kid
    with pytest.raises(CommandError, match="name a purpose"):
        call_command("signing", "rotate", "everything")


def test_a_strike_needs_a_reason_and_is_journalled_with_it(folder, capsys):
    said(capsys, "make")
    kid = signing.published("certificate")[0].kid
    with pytest.raises(CommandError, match="say why"):
        call_command("signing", "strike", kid)
    agreed("sign.strike", kid)
    assert "0 certificates" in said(capsys, "strike", kid, reason="laptop stolen")
    entry = JournalEntry.objects.filter(verb__startswith="registry.signing").latest("seq")
    assert (entry.verb, entry.reason) == ("registry.signing.strike", "laptop stolen")
    assert signing.published("certificate")[0].reason == "laptop stolen"
    assert said(capsys, "affected", kid) == ""
    for task in ("strike", "affected"):
        with pytest.raises(CommandError, match="no signing key"):
            call_command("signing", task, "nobody00", reason="for a test")
    assert not StatusList.objects.exists()

"""The scanner hook with a real scanner: ClamAV, reading signatures that the test writes itself (A13, ASVS 5.4.3).

Needs `clamscan` (Debian: clamav); where it is not installed these tests are skipped, and the hook is shown with stand-ins
in test_actions.py alone. CI installs it (.ci/run).
"""

import hashlib
import io
import shutil
from datetime import date

import pytest
from PIL import Image

from shegong.ground.documents import actions
from shegong.ground.documents.models import File, FolderItem
from shegong.kernel import health, health_checks
from shegong.kernel.access import SYSTEM
from shegong.kernel.refusal import Refused

CLAMSCAN = shutil.which("clamscan")
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not CLAMSCAN, reason="clamscan is not installed (Debian: clamav)"),
]
DAY = date(2026, 11, 23)
MARK = b"shegong-own-signature-4711"
# In two pieces, so that no scanner of a developer's machine takes this file for the real thing.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


def photo() -> bytes:
    out = io.BytesIO()
    Image.effect_noise((400, 300), 60).convert("RGB").save(out, "JPEG")
    return out.getvalue()


KNOWN = photo()  # a file that is harmful as a whole: known by its hash


@pytest.fixture
def signatures(tmp_path, settings):
    """A database of three signatures, and the scanner of the installation reading it."""
    settings.SHEGONG_HOME = tmp_path / "home"
    folder = tmp_path / "signatures"
    folder.mkdir()
    (folder / "own.ndb").write_text(
        f"Shegong.Marker:0:*:{MARK.hex()}\nShegong.Eicar:0:*:{EICAR.hex()}\n", encoding="ascii"
    )
    digest = hashlib.md5(KNOWN, usedforsecurity=False).hexdigest()
    (folder / "own.hdb").write_text(f"{digest}:{len(KNOWN)}:Shegong.Known\n", encoding="ascii")
    settings.SCAN_COMMAND = f"{CLAMSCAN} --database={folder} --no-summary -"
    return folder


@pytest.fixture
def folder(signatures):
    return actions.open_folder(title="登记", by=SYSTEM, on=DAY)


def add(folder, content):
    return actions.add_paper(
        folder, kind="identity_front", content=content, filename="a.jpg", by=SYSTEM, on=DAY
    )


def refused(folder, content):
    with pytest.raises(Refused) as found:
        add(folder, content)
    assert not FolderItem.objects.exists() and not File.objects.exists(), "nothing is stored"
    return [one.code for one in found.value.obstacles]


def test_a_photo_passes_and_its_row_says_that_it_was_scanned(folder):
    file = add(folder, photo()).file
    assert file.scan_result == "clean" and file.scanned_at is not None


@pytest.mark.parametrize(
    "content", [KNOWN, photo() + MARK, photo() + EICAR, b"%PDF-1.7\n" + MARK + b"\n%%EOF\n"]
)
def test_what_a_signature_knows_is_refused_and_nothing_of_it_stored(folder, content):
    assert refused(folder, content) == ["file_harmful"]


@pytest.mark.parametrize("command", [
    f"{CLAMSCAN} --database=/nowhere/signatures --no-summary -",  # no signatures: it ends with 2
    "/nowhere/clamscan -", "sleep 60",
])  # fmt: skip
def test_while_the_scanner_is_dead_or_hangs_nothing_is_taken_and_health_says_so(
    folder, settings, monkeypatch, command
):
    monkeypatch.setattr("shegong.ground.documents.scanning.SECONDS", 1)
    monkeypatch.setattr(health_checks, "SCAN_SECONDS", 1)
    alive, settings.SCAN_COMMAND = settings.SCAN_COMMAND, command
    assert refused(folder, photo()) == ["scan_down"]
    assert health_checks.scanner().state == health.BAD
    settings.SCAN_COMMAND = alive
    assert health_checks.scanner().state == health.OK
    assert add(folder, photo()).file.scan_result == "clean", "it is taken again without a restart"

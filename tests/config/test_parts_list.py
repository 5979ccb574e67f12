"""The list of parts names what is locked, all of it and nothing else, in the form that scanners read."""

import json
import re
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path

import jsonschema_rs
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from shegong.config.parts_list import Pinned, bill, component, licence_of, read_lock

SCHEMAS = ("bom-1.6", "jsf-0.82", "spdx")  # what the first refers to
LOCK = Path(settings.BASE_DIR) / "requirements.txt"
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def test_every_locked_package_is_listed_once_with_version_and_digests(tmp_path):
    call_command("sbom", str(tmp_path / "parts.json"))
    found = json.loads((tmp_path / "parts.json").read_text())
    assert (found["bomFormat"], found["specVersion"]) == ("CycloneDX", "1.6")
    assert re.fullmatch(r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", found["serialNumber"])
    pinned = re.findall(r"^([a-z0-9._-]+)==([^\s;\\]+)", LOCK.read_text(), re.MULTILINE)
    assert [(one["name"], one["version"]) for one in found["components"]] == pinned
    assert all(
        one["purl"] == one["bom-ref"] == f"pkg:pypi/{one['name']}@{one['version']}"
        for one in found["components"]
    )
    digests = [
        p["value"] for one in found["components"] for p in one["properties"] if p["name"].endswith("sha256")
    ]
    assert digests == re.findall(r"sha256:([0-9a-f]{64})", LOCK.read_text())
    assert found["dependencies"][0]["dependsOn"] == [one["bom-ref"] for one in found["components"]]


@pytest.fixture(scope="module")
def is_cyclonedx():
    """What the published schema of CycloneDX 1.6 finds wrong, with the formats of its values."""
    published = files("cyclonedx.schema") / "_res"
    held = {
        name: json.loads((published / f"{name}.SNAPSHOT.schema.json").read_text("utf-8")) for name in SCHEMAS
    }
    base = held["bom-1.6"]["$id"].rpartition("/")[0]
    named = [(f"{base}/{name}.SNAPSHOT.schema.json", schema) for name, schema in held.items()]
    found = jsonschema_rs.validator_for(
        held["bom-1.6"], registry=jsonschema_rs.Registry(named), validate_formats=True
    )
    return lambda bom: [f"{list(one.instance_path)}: {one.message}" for one in found.iter_errors(bom)]


def test_the_published_schema_finds_nothing_wrong_with_the_list(tmp_path, is_cyclonedx):
    call_command("sbom", str(tmp_path / "parts.json"))
    found = json.loads((tmp_path / "parts.json").read_text())
    assert is_cyclonedx(found) == []
    found["components"][0]["hashes"] = [{"alg": "CRC", "content": "0" * 8}]  # the control
    found["components"][1]["type"] = "wheel"
    assert len(is_cyclonedx(found)) >= 2


def test_the_same_lock_has_the_same_number_and_another_has_another():
    one, other = Pinned("django", "5.2.19", ("0" * 64,)), Pinned("django", "5.2.20", ("0" * 64,))
    assert bill([one], "1", NOON) == bill([one], "1", NOON)
    assert bill([one], "1", NOON)["serialNumber"] != bill([other], "1", NOON)["serialNumber"]


def test_licences_are_told_where_the_package_says_them():
    assert "BSD" in licence_of("django") and licence_of("no-such-package") == ""
    (stated,) = component(Pinned("django", "1", ("0" * 64,)))["licenses"]
    assert stated == {"expression": "BSD-3-Clause"}, "as SPDX says it, which scanners compare"
    assert (
        component(Pinned("no-such-package", "1", ("0" * 64,), "sys_platform == 'win32'"))["scope"]
        == "optional"
    )


@pytest.mark.parametrize(
    "text", ["django>=5\n    --hash=sha256:" + "0" * 64, "django==5.2.19", "django==5 \\\n    --hash=md5:0"]
)
def test_a_line_that_pins_nothing_is_no_lock(text, tmp_path):
    (tmp_path / "lock.txt").write_text(text)
    with pytest.raises(ValueError, match="django"):
        list(read_lock(tmp_path / "lock.txt"))


def test_an_installation_without_lock_says_so(settings, tmp_path):
    settings.BASE_DIR = tmp_path
    with pytest.raises(CommandError):
        call_command("sbom")

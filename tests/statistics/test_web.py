"""The list of snapshots, one of them with its files, the people behind it, a correction, and who sees what of them."""

import csv
import io
import json

import pytest
from django.test import RequestFactory
from django.urls import reverse
from fixtures.frozen import BAICHENG_ONLY, actor, cells

from shegong.steering.statistics.web import changes, listing, people
from shegong.steering.statistics.web import snapshot as one

pytestmark = [pytest.mark.django_db, pytest.mark.clause("N11")]
READS = ("statistics.read",)
OPENS = ("statistics.read", "people.read")


def get(view, rights=READS, ranges=None, asked="", **kwargs):
    """A page for somebody with these rights, in Chinese."""
    request = RequestFactory().get(f"/office/figures/{asked}")
    request.actor = actor(*rights, **({"ranges": ranges} if ranges else {}))
    return view(request, **kwargs)


def text(response):
    return response.content.decode()


def test_the_list_shows_what_is_in_force_and_the_older_versions_on_request(snapshot, freeze):
    newer = freeze(tables=cells(4), supersedes=snapshot, reason="大安市迟报一人")
    standing, all_of_them = text(get(listing.snapshots)), text(get(listing.snapshots, asked="?state="))
    assert reverse("statistics:snapshot", args=[newer.pk]) in standing
    assert reverse("statistics:snapshot", args=[snapshot.pk]) not in standing
    assert reverse("statistics:snapshot", args=[snapshot.pk]) in all_of_them


def test_a_snapshot_shows_its_hash_and_checks_it(snapshot):
    page = text(get(one.snapshot, pk=snapshot.pk))
    assert snapshot.sha in page and "K-G4" in page and "2,000" in page
    assert "刚刚核对" in text(get(one.snapshot, pk=snapshot.pk, asked="?check=1"))


@pytest.mark.parametrize("form", ["xlsx", "csv", "json"])
def test_the_tables_go_out_as_files_that_name_day_version_and_hash(snapshot, form):
    response = get(one.snapshot_file, pk=snapshot.pk, form=form, asked="?scale=all")
    body = b"".join(response.streaming_content)
    if form == "json":
        assert len(json.loads(body)["rows"]) == 3
    if form == "csv":
        assert snapshot.sha in next(csv.reader(io.StringIO(body.decode("utf-8-sig"))))[0]
    assert len(body) > 100


def test_who_reads_one_place_sees_the_figure_of_that_place_only(snapshot):
    page = text(get(one.snapshot, pk=snapshot.pk, ranges=BAICHENG_ONLY))
    assert "白城市" in page and "延边州" not in page


def test_people_behind_a_figure_are_as_many_as_it_says_and_open_to_their_records(snapshot, folk):
    page = text(get(one.snapshot, OPENS, pk=snapshot.pk))
    assert "people/?indicator=K-G4&amp;region=220000" in page
    listed = text(get(people.people, OPENS, pk=snapshot.pk, asked="?indicator=K-G4&region=220000"))
    assert [p.token in listed for p in folk] == [True, True, True] and "金美玉" in listed


def test_who_may_not_see_people_gets_the_count_and_nothing_else(snapshot, folk):
    page = text(get(one.snapshot, pk=snapshot.pk))
    assert "people/?indicator" not in page and "金美玉" not in page
    listed = text(get(people.people, pk=snapshot.pk))
    assert "看不到人员" in listed and "金美玉" not in listed and folk[0].token not in listed


def test_people_elsewhere_are_not_listed(snapshot):
    listed = text(get(people.people, OPENS, ranges=BAICHENG_ONLY, pk=snapshot.pk))
    assert "王德海" in listed and "金美玉" not in listed


def test_a_correction_is_shown_cell_by_cell_and_as_a_file(snapshot, freeze):
    newer = freeze(tables=cells(5), people=None, supersedes=snapshot, reason="大安市迟报二人")
    page = text(get(changes.changes, pk=newer.pk))
    assert "+2" in page and "减3人" in page and "大安市迟报二人" in page
    rows = json.loads(b"".join(get(changes.changes_file, pk=newer.pk, form="json").streaming_content))["rows"]
    assert len(rows) == 1
    assert reverse("statistics:snapshot", args=[newer.pk]) in text(get(one.snapshot, pk=snapshot.pk))

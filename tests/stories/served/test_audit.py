"""Tale 5: the auditor reads who did what, runs `shegong audit verify`, and finds a row that SQL changed."""

import contextlib
import json

import psycopg
import pytest

from shegong.kernel.audit_rows import journalled_models

CHANGES = {
    "a validity": ("UPDATE registry_registration SET valid_to = valid_to + 365 WHERE id = {id}",
                   "UPDATE registry_registration SET valid_to = valid_to - 365 WHERE id = {id}",
                   "SELECT min(id) FROM registry_registration", "registry_registration"),
    "a name": ("UPDATE people_personname SET name = name || '甲' WHERE id = {id}",
               "UPDATE people_personname SET name = left(name, -1) WHERE id = {id}",
               "SELECT min(id) FROM people_personname", "people_personname"),
    "a right": ("UPDATE accounts_grant SET role = 'auditor' WHERE id = {id}", "UPDATE accounts_grant SET role = 'leader' WHERE id = {id}",
                "SELECT min(id) FROM accounts_grant WHERE role = 'leader'", "accounts_grant"),
}  # fmt: skip


def as_superuser(world, statement: str) -> None:
    """Past triggers and constraints, as somebody with the database's own password could."""
    world.rows(f"SET session_replication_role = replica; {statement}; SET session_replication_role = origin")


@pytest.fixture(scope="module")
def case(world, visitor) -> str:
    """One case from the county's acceptance to its certificate, through the pages."""
    token = world.rows(
        "SELECT token FROM registry_application WHERE region_code = 222401000 AND state = 'submitted' ORDER BY id LIMIT 1"
    )[0][0]
    address = f"/office/cases/{token}"
    for officer, step in (
        ("yanji", "accept"),
        ("yanji", "pass"),
        ("yanbian1", "pass"),
        ("final1", "pass"),
        ("final1", "issue"),
    ):
        got = visitor(officer).post(f"{address}/{step}/", {"opinion": "材料齐全，同意。"}, form=f"{address}/")
        assert got.status == 302, (officer, step, got.status, got.text[-1500:])
    state = world.rows("SELECT state FROM registry_application WHERE token = %s", token)
    assert state == [("issued",)]
    return token


@pytest.mark.clause("N0")
def test_after_a_whole_case_the_journal_explains_every_row(world, case):
    done = world.shegong("audit", "verify", "--json")
    assert done.returncode == 0, done.stdout[-1500:] + done.stderr[-1500:]
    said = json.loads(done.stdout)
    assert said["findings"] == [] and said["entries"] > 1000


@pytest.mark.clause("N0")
@pytest.mark.parametrize("what", CHANGES)
def test_a_row_changed_by_sql_is_found(world, visitor, case, what):
    change, back, which, table = CHANGES[what]
    row = world.rows(which)[0][0]
    as_superuser(world, change.format(id=row))
    try:
        done = world.shegong("audit", "verify")
        assert done.returncode == 1 and f"row_changed  {table}:{row}" in done.stdout, done.stdout
        page = visitor("auditor7").post("/office/journal/verify/", form="/office/journal/")
        assert page.status == 200 and "发现 1 处改动" in page.text and f"{table}:{row}" in page.text
    finally:
        as_superuser(world, back.format(id=row))
    assert world.shegong("audit", "verify").returncode == 0


@pytest.mark.clause("N0")
def test_an_entry_changed_or_taken_away_is_found(world, case):
    as_superuser(world, "UPDATE kernel_journalentry SET reason = 'other' WHERE seq = 500")
    assert "entry 500" in world.shegong("audit", "verify").stdout
    as_superuser(world, "UPDATE kernel_journalentry SET reason = '' WHERE seq = 500")
    assert world.shegong("audit", "checkpoint").returncode == 0
    last = world.rows("SELECT max(seq) FROM kernel_journalentry")[0][0]
    world.rows("CREATE TABLE kept AS SELECT * FROM kernel_journalentry WHERE seq = %s", last)
    as_superuser(world, f"DELETE FROM kernel_journalentry WHERE seq = {last}")
    try:
        assert (
            f"entry {last}" in world.shegong("audit", "verify").stdout
        )  # the tail, by the checkpoint kept outside
    finally:
        as_superuser(world, "INSERT INTO kernel_journalentry SELECT * FROM kept; DROP TABLE kept")
    assert world.shegong("audit", "verify").returncode == 0


@pytest.mark.clause("N0")
def test_the_journal_page_shows_who_did_what(world, visitor, case):
    page = visitor("auditor7").get("/office/journal/?area=registry").text
    number = world.rows("SELECT id FROM registry_application WHERE token = %s", case)[0][0]
    rows = [row for row in page.split("<tr>") if f"申请 {number}</td>" in row]
    said = " ".join(rows)
    for words in (
        "受理申请",
        "初审通过",
        "复审通过",
        "终审通过",
        "延吉市民政局",
        "延边朝鲜族自治州民政局",
        "吉林省民政厅",
        "初审经办人",
    ):
        assert words in said, words
    names = {
        n
        for (n,) in world.rows(
            "SELECT name FROM people_personname JOIN accounts_user USING (person_id) WHERE username IN ('yanji', 'yanbian1', 'final1')"
        )
    }
    assert len(names) == 3 and all(name in said for name in names)
    english = visitor("auditor7").get("/office/journal/?area=registry&lang=en").text
    assert "Passed the second review" in english


# How a value of a type becomes another one; what constraints refuse is tried in the next column.
OTHER = {
    "int2": "{c} + 1", "int4": "{c} + 1", "int8": "{c} + 1", "numeric": "{c} + 1", "text": "{c} || 'x'", "bool": "NOT {c}",
    "date": "{c} + 1", "timestamptz": "{c} + interval '1 day'", "bytea": "{c} || '\\x00'", "uuid": "gen_random_uuid()",
    "daterange": "daterange(lower({c}), upper({c}) + 1)", "tstzrange": "tstzrange(lower({c}), upper({c}) + interval '1 day')",
    "_text": "{c} || 'x'::text", "_int4": "{c} || 1", "jsonb": "'{{\"x\": 1}}'",
}  # fmt: skip


def changed_by_sql(world, model) -> str:
    """Change one proven column of the first row; `table:key`, or '' where nothing stands that could be changed."""
    table, pk = model._meta.db_table, model._meta.pk.column
    found = world.rows(f'SELECT min({pk}) FROM "{table}"')[0][0]
    types = dict(
        world.rows(
            "SELECT column_name, udt_name FROM information_schema.columns WHERE table_name = %s", table
        )
    )
    for field in model._meta.concrete_fields:
        if found is None or field.primary_key or not {field.name, field.attname} & set(model.journalled):
            continue
        before = f'SELECT md5({field.column}::text) FROM "{table}" WHERE {pk} = {found}'
        was = world.rows(before)
        value = OTHER[types[field.column]].format(c=f'"{field.column}"')
        with contextlib.suppress(psycopg.Error):
            as_superuser(world, f'UPDATE "{table}" SET "{field.column}" = {value} WHERE {pk} = {found}')
        if world.rows(before) != was:
            return f"{table}:{found}"
    return ""


@pytest.mark.clause("N0")
def test_one_row_of_every_proven_table_changed_by_sql_is_found(quiet_world):
    world = quiet_world
    changed = {key for model in journalled_models() if (key := changed_by_sql(world, model))}
    assert len(changed) > 75 and {"registry_registration", "conduct_decision"} <= {
        key.partition(":")[0] for key in changed
    }
    said = json.loads(world.shegong("audit", "verify", "--json").stdout)
    found = {one["where"] for one in said["findings"] if one["kind"] == "row_changed"}
    assert changed - found == set()

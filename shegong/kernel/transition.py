"""The only way a state changes: compare and swap on state and version, so that two officers never overwrite each other."""

from typing import Any, TypeVar

from django.db import migrations
from django.db.models import F, Model

from shegong.kernel.refusal import Obstacle, Refused, Stale
from shegong.kernel.text import N_
from shegong.kernel.workflow import Workflow

Row = TypeVar("Row", bound=Model)


def transition(row: Row, step_name: str, *, seen: int | None = None, **changes: Any) -> Row:
    """Walk `row` through a step of its `workflow` and set `changes` in the same statement.

    `seen` is the version the actor looked at (None: the version in hand). Raises `Stale` when the row moved on,
    `Refused` when the step does not start from its state. The caller journals, in the same transaction.
    """
    workflow: Workflow = row.workflow  # type: ignore[attr-defined]
    step = workflow.steps[step_name]
    version = row.version if seen is None else seen  # type: ignore[attr-defined]
    matched = type(row)._base_manager.filter(pk=row.pk, state__in=step.before, version=version)
    if not matched.update(state=step.after, version=F("version") + 1, **changes):
        row.refresh_from_db()
        if row.version != version:  # type: ignore[attr-defined]
            raise Stale()
        raise Refused(
            Obstacle(
                "wrong_state",
                N_("This cannot be done any more: the case has moved on."),
                params={"step": step_name, "state": row.state},  # type: ignore[attr-defined]
            )
        )
    row.refresh_from_db()
    return row


TRIGGER = """
CREATE OR REPLACE FUNCTION {table}_state_step() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
  IF OLD.state IS DISTINCT FROM NEW.state
     AND NOT (OLD.state || '>' || NEW.state = ANY (ARRAY[{moves}])) THEN
    RAISE EXCEPTION 'illegal step of {table}: % to %', OLD.state, NEW.state USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $body$;
DROP TRIGGER IF EXISTS {table}_state_step ON {table};
CREATE TRIGGER {table}_state_step BEFORE UPDATE ON {table}
  FOR EACH ROW EXECUTE FUNCTION {table}_state_step();
"""


def workflow_trigger(table: str, workflow: Workflow) -> migrations.RunSQL:
    """Migration operation: the database refuses every step that the workflow table does not have."""
    moves = ", ".join(f"'{before}>{after}'" for before, after in sorted(workflow.moves()))
    return migrations.RunSQL(
        TRIGGER.format(table=table, moves=moves),
        f"DROP TRIGGER IF EXISTS {table}_state_step ON {table}; DROP FUNCTION IF EXISTS {table}_state_step();",
    )


APPEND_ONLY = """
CREATE OR REPLACE FUNCTION {table}_append_only() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
  RAISE EXCEPTION '{table} is append-only' USING ERRCODE = 'insufficient_privilege';
END $body$;
DROP TRIGGER IF EXISTS {table}_append_only ON {table};
CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}
  FOR EACH ROW EXECUTE FUNCTION {table}_append_only();
DROP TRIGGER IF EXISTS {table}_no_truncate ON {table};
CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}
  FOR EACH STATEMENT EXECUTE FUNCTION {table}_append_only();
"""


def append_only_trigger(table: str) -> migrations.RunSQL:
    """Migration operation: rows of `table` can be added and read, nothing else."""
    return migrations.RunSQL(APPEND_ONLY.format(table=table), migrations.RunSQL.noop)

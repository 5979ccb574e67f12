"""Valid time and recorded time: half-open ranges, corrections that never overwrite (model.md section 2)."""

from datetime import date, datetime, timedelta
from typing import Any, Self

from django.contrib.postgres.fields import DateRangeField, DateTimeRangeField
from django.db import models
from django.db.backends.postgresql.psycopg_any import DateRange, DateTimeTZRange
from django.db.models import DateTimeField, F, Func, Q, QuerySet
from django.db.models.functions import Now


def days(start: date | None, end: date | None = None) -> DateRange:
    """The days from `start` up to but without `end`; None is open."""
    return DateRange(start, end, "[)")


def last_day(during: DateRange) -> date | None:
    """The last day on which it holds; None when it is open."""
    return during.upper - timedelta(days=1) if during.upper else None


def since(moment: datetime) -> DateTimeTZRange:
    """Recorded from `moment` on, still current."""
    return DateTimeTZRange(moment, None, "[)")


class Dated(models.Model):
    """Mixin: `during`, the days on which the row holds."""

    during = DateRangeField()

    class Meta:
        abstract = True


class Recorded(models.Model):
    """Mixin: `recorded`, when the register knew it; open while current. Written by the database clock."""

    recorded = DateTimeRangeField(
        db_default=Func(Now(), None, function="tstzrange", output_field=DateTimeRangeField())
    )

    class Meta:
        abstract = True


class DatedQuerySet(QuerySet[Any]):
    """Reads by day and by knowledge."""

    def on(self, day: date) -> Self:
        """Rows that hold on `day`."""
        return self.filter(during__contains=day)

    def current(self) -> Self:
        """Rows that the register still stands by."""
        return self.filter(recorded__upper_inf=True)


CURRENT = Q(recorded__upper_inf=True)


class Today(Func):
    """The calendar day in Asia/Shanghai by the database clock."""

    template = "((now() AT TIME ZONE 'Asia/Shanghai')::date)"
    output_field = models.DateField()


# The same of a row in SQL: recorded and holding today.
HOLDING = f"upper_inf(recorded) AND (upper_inf(during) OR during @> {Today.template})"


def close_recorded(rows: QuerySet[Any]) -> int:
    """Stop standing by `rows` from now on: the one update a recorded row allows."""
    # The clock after any wait for the row, not the statement's start: the row may be younger than the statement.
    ended = Func(
        Func(F("recorded"), function="lower"),
        Func(function="clock_timestamp", output_field=DateTimeField()),
        function="tstzrange",
        output_field=DateTimeRangeField(),
    )
    return rows.filter(CURRENT).update(recorded=ended)

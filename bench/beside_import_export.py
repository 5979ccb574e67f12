"""The same roster through django-import-export, for developers to compare: one flat table, its usual settings for speed.

It reads with its own reader (openpyxl), checks required cells, dates and doubled numbers with its widgets and the model's
validators, and stores cells as they are: no canonical forms, no people, no sealing, no journal. `uv sync --group bench`.
"""

import re
import resource
import time
from pathlib import Path
from typing import Any

from dirty_roster import TITLES
from django.core.exceptions import ValidationError
from django.db import connection, models
from stdnum.cn.ric import calc_check_digit

DAYS = ("issued_on",)


def sound_number(value: str) -> None:
    """What a project would write as its validator."""
    if not re.fullmatch(r"\d{17}[\dX]", value) or calc_check_digit(value) != value[-1]:
        raise ValidationError("identity")


def sound_phone(value: str) -> None:
    """The same for phones."""
    if value and not re.fullmatch(r"1\d{10}", value):
        raise ValidationError("phone")


class Flat(models.Model):
    """Each column as it comes."""

    class Meta:
        app_label = "kernel"
        managed = False
        db_table = "bench_flat"


for _key in TITLES:
    _field = (
        models.DateField(null=True, blank=True)
        if _key in DAYS
        else models.TextField(blank=_key not in ("name", "identity"))
    )
    if _key == "identity":
        _field = models.TextField(unique=True, validators=[sound_number])
    if _key == "phone":
        _field = models.TextField(blank=True, validators=[sound_phone])
    Flat.add_to_class(_key, _field)


def beside(path: str, planted: set[int]) -> dict[str, Any]:
    """Seconds, megabytes, and how many of the rows with a planted fault it refused, and of the others."""
    import tablib
    from import_export import resources

    class FlatResource(resources.ModelResource):
        """Bulk, without comparing or reporting each row: as fast as it goes while naming the rows that fail."""

        class Meta:
            model = Flat
            import_id_fields = ("identity",)
            fields = tuple(TITLES)
            use_bulk = True
            batch_size = 1000
            skip_diff = True
            report_skipped = False
            clean_model_instances = True
            force_init_instance = True

    with connection.cursor() as cursor:
        columns = ", ".join(f"{key} {'date' if key in DAYS else 'text'}" for key in TITLES)
        cursor.execute(
            f"DROP TABLE IF EXISTS bench_flat; CREATE TABLE bench_flat (id bigserial PRIMARY KEY, {columns}, UNIQUE (identity))"
        )
    began = time.perf_counter()
    data = tablib.Dataset().load(Path(path).read_bytes(), format="xlsx")
    data.headers = ["no", *TITLES]
    read = time.perf_counter() - began
    result = FlatResource().import_data(data, dry_run=False, raise_errors=False, use_transactions=False)
    taken = time.perf_counter() - began
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM bench_flat")
        stored = cursor.fetchone()[0]
        cursor.execute("DROP TABLE bench_flat")
    refused = {r.number + 1 for r in result.invalid_rows} | {n + 1 for n, _ in result.row_errors()}
    return {
        "import_export": round(taken, 3), "import_export_read": round(read, 3), "import_export_stored": stored,
        "import_export_named": len(refused & planted), "import_export_blamed_wrongly": len(refused - planted),
        "import_export_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }  # fmt: skip

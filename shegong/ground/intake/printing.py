"""The receipt of a batch on paper: Chinese in every language of the site, for the file."""

from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from shegong.ground.intake.models import Batch
from shegong.ground.people.models import names_of
from shegong.kernel import printing
from shegong.kernel.sheets.layout import layout_of
from shegong.kernel.sheets.steps import BatchState

TEMPLATE = Path(__file__).parent / "typst" / "receipt.typ"
STATES = {BatchState.TAKEN: "已入库", BatchState.UNDOING: "正在撤销", BatchState.UNDONE: "已撤销"}


def receipt(batch: Batch, at: datetime) -> bytes:
    """The receipt as PDF, A4."""
    names = names_of({batch.person_id, batch.taken_by_id} - {None})
    layout = layout_of(batch.layout)
    rows = [
        ("批次号", batch.number),
        ("表格", layout.form_title if layout else batch.layout),
        ("文件", batch.file_name),
        ("文件 SHA-256", batch.sha256),
        ("文件大小", f"{batch.size:,} 字节"),
        ("单位", batch.office_name),
        ("上传", f"{_moment(batch.received_at)}  {names.get(batch.person_id, '')}"),
        ("入库", f"{_moment(batch.taken_at)}  {names.get(batch.taken_by_id, '')}"),
        ("状态", STATES.get(BatchState(batch.state), batch.state)),
        ("可撤销至", batch.undo_until.isoformat() if batch.undo_until else "—"),
    ]
    figures = [
        ("读到", batch.total), ("入库", batch.taken), ("库中已有", batch.same),
        ("退回修改", batch.left_out), ("未采用的重复行", batch.passed),
    ]  # fmt: skip
    data = {
        "title": f"表格入库回执 {batch.number}", "site": str(settings.SITE["name_zh"]), "demo": settings.DEMO,
        "rows": [list(row) for row in rows], "figures": [[label, f"{count:,}"] for label, count in figures],
        "printed": _moment(at),
    }  # fmt: skip
    return printing.pdf(TEMPLATE, data, at)


def _moment(at: datetime | None) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}" if at else ""

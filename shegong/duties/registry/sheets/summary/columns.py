"""The columns of a summary of registration applications, under the names people give them."""

from shegong.duties.registry.rules import Kind
from shegong.duties.registry.sheets.roster.kinds import certificate_level
from shegong.duties.registry.sheets.summary.kinds import Opinion
from shegong.kernel.sheets.cells import CertificateNumber, Choice, Identity, Name, Number, Text
from shegong.kernel.sheets.layout import Column
from shegong.kernel.text import N_

KINDS: dict[str, str] = {
    Kind.FIRST: "首次登记", Kind.RENEWAL: "再登记", Kind.CHANGE: "变更登记", Kind.CANCEL: "注销登记", Kind.REISSUE: "补发证书",
}  # fmt: skip
SHORT: dict[str, str | tuple[str, ...]] = {
    "首次": "first", "初次": "first", "初次登记": "first", "新登记": "first", "再次登记": "renewal", "再次": "renewal", "续期": "renewal",
    "延续登记": "renewal", "变更": "change", "注销": "cancel", "补发": "reissue", "补证": "reissue",
}  # fmt: skip
PLACE = N_("工作地 or 户籍地 and the county, such as 工作地：延吉市.")
COLUMNS = (
    Column("name", "姓名", Name(), required=True, sample="金美玉", hint=N_("As on the identity card.")),
    Column("identity", "身份证号", Identity(), required=True, sample="990101198503010019",
           hint=N_("18 characters; set the column to “text” first.")),
    Column("management_no", "管理号", CertificateNumber(), ("资格证书管理号", "职业资格证书管理号"), required=True,
           sample="201206222401000001", hint=N_("As on the professional certificate; set the column to “text” first.")),
    Column("level", "级别", certificate_level(), required=True, sample="社会工作师"),
    Column("kind", "首次/再登记", Choice("application_kind", {str(k): word for k, word in KINDS.items()}, SHORT, width=12),
           ("登记类型", "登记类别", "首次或再登记", "申请类型", "登记种类"), required=True, sample="首次登记",
           hint=N_("This sheet takes first registrations.")),
    Column("place", "户籍地/工作地", Text(60, width=18), ("户籍地或工作地", "登记地", "申请地", "所在地"), required=True,
           sample="工作地：延吉市", hint=PLACE),
    Column("employer", "单位", Text(120, width=30), sample="延吉市北山街道社会救助服务中心", hint=N_("As in the register.")),
    Column("hours", "继续教育学时", Number(), ("学时", "继续教育", "继续教育小时"), sample="",
           hint=N_("Stays in the workbook; a first registration asks for none.")),
    Column("opinion", "初审意见", Opinion(), ("初审", "初审结果", "县级初审意见", "审核意见"), sample="同意",
           hint=N_("同意 passes the first review; left empty, the application waits at the desk.")),
    Column("remark", "备注", Text(500), hint=N_("Stays in the workbook; it is not stored.")),
)  # fmt: skip

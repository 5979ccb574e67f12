"""The columns of a pass list as examination offices send it, under the names that they give them."""

from shegong.ground.credentials.rules import LEVEL_SHORT, LEVEL_WORDS
from shegong.kernel.sheets.cells import CertificateNumber, Choice, Day, Identity, Name, Number, Text
from shegong.kernel.sheets.layout import Column
from shegong.kernel.text import N_

NOT_KEPT = N_("Stays in the workbook; it is not stored.")
SITE = N_("Only the prefecture that it names is kept.")
COLUMNS = (
    Column("file_no", "档案号", Text(40, width=16), ("考生档案号", "档案编号", "准考证号"), sample="20124900001", hint=NOT_KEPT),
    Column("management_no", "管理号", CertificateNumber(), ("资格证书管理号", "职业资格证书管理号"), required=True,
           sample="201206222401000001", hint=N_("As on the professional certificate; set the column to “text” first.")),
    Column("name", "姓名", Name(), required=True, sample="金美玉", hint=N_("As on the identity card.")),
    Column("identity", "证件号", Identity(), required=True, sample="990101198503010019",
           hint=N_("18 characters; set the column to “text” first.")),
    Column("level", "级别", Choice("certificate_level", {str(code): word for code, word in LEVEL_WORDS.items()},
                                 LEVEL_SHORT, width=16), ("考试级别", "报考级别", "资格名称"), required=True, sample="社会工作师"),
    Column("exam_year", "考试年度", Number(), ("年度", "考试年份", "通过年度"), sample="2012",
           hint=N_("Left empty, it is the year of the approval.")),
    Column("scores", "各科成绩", Text(200), ("成绩", "考试成绩", "科目成绩"), sample="综合能力72；法规与政策68；实务65", hint=NOT_KEPT),
    Column("site", "报名点", Text(60, width=14), ("报考地", "考区", "报名地点", "报名地市"), sample="延边州", hint=SITE),
    Column("employer", "工作单位", Text(120, width=30), sample="延吉市北山街道社会救助服务中心", hint=NOT_KEPT),
    Column("approved_on", "批准日期", Day(past=True), ("批准时间", "签发时间", "证书批准日期"), required=True, sample="2012-06-17",
           hint=N_("The issue date printed on the certificate.")),
    Column("remark", "备注", Text(500), hint=NOT_KEPT),
)  # fmt: skip

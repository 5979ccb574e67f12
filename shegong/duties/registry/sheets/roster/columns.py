"""The 24 columns of the roster of social workers, under the names people give them."""

from shegong.duties.registry.sheets.roster.kinds import Since, Until, certificate_level
from shegong.kernel.sheets.cells import CertificateNumber, Day, Identity, Month, Name, Phone, Text, national
from shegong.kernel.sheets.layout import Column
from shegong.kernel.text import N_

PLACE = N_("Name, former name or code of the place; the three columns must agree.")
COLUMNS = (
    Column("prefecture", "市州", Text(40, width=12), ("所在市州", "市（州）", "市级"), sample="延边州", hint=PLACE),
    Column("county", "县(市、区)", Text(40, width=12), ("所在县区", "县级", "县（市、区）名称"), sample="延吉市", hint=PLACE),
    Column("township", "乡镇(街道)", Text(40, width=14), ("所在乡镇", "所属街道"), sample="北山街道", hint=PLACE),
    Column("name", "姓名", Name(), ("社工",), required=True, sample="金美玉", hint=N_("As on the identity card.")),
    Column("sex", "性别", national("sex"), sample="女"),
    Column("ethnicity", "民族", national("ethnicity"), sample="朝鲜族"),
    Column("born", "出生年月", Month(), sample="1985-03", hint=N_("Year and month, such as 1985-3.")),
    Column("identity", "身份证号", Identity(), ("身份证号（必填）",), required=True, sample="990101198503010019",
           hint=N_("18 characters; set the column to “text” first.")),
    Column("political", "政治面貌", national("political_status"), sample="群众"),
    Column("education", "学历", national("education"), sample="大学本科毕业"),
    Column("degree", "学位", national("degree"), sample="学士"),
    Column("school", "毕业院校", Text(100), ("毕业学校及专业院校",), sample="延边大学"),
    Column("major", "所学专业", Text(100, width=14), sample="社会工作"),
    Column("employer", "工作单位", Text(120, width=30), ("工作单位（全称）", "服务机构", "所在机构", "机构名称"),
           sample="延吉市北山街道社会救助服务中心",
           hint=N_("Full name as registered, or its unified social credit code.")),
    Column("employer_kind", "单位性质", Text(40, width=14), ("单位类别", "单位类型", "机构性质"), sample="社会服务机构"),
    Column("position", "岗位", Text(60, width=12), sample="社工"),
    Column("since", "从事社会工作时间", Since(), ("从事社工时间", "从业时间", "参加社会工作时间", "开始从事社会工作时间", "入职时间"),
           sample="2011-07", hint=N_("Day or month from which on, such as 2011-7.")),
    Column("level", "证书级别", certificate_level(), sample="社会工作师"),
    Column("management_no", "管理号", CertificateNumber(), ("资格证书管理号", "职业资格证书管理号"), sample="201206222401000001",
           hint=N_("As on the professional certificate; set the column to “text” first.")),
    Column("issued_on", "发证日期", Day(past=True), sample="2012-05-10"),
    Column("register_no", "登记证号", CertificateNumber(usual_length=False), ("登记证书号", "登记证编号", "登记证书编号", "登记号"),
           sample="", hint=N_("Compared with the register, which gives these numbers itself.")),
    Column("valid_to", "登记有效期", Until(), ("有效期", "有效期至", "登记有效期至", "登记有效期限", "登记证有效期"), sample="",
           hint=N_("Its last day; compared with the register.")),
    Column("phone", "联系电话", Phone(), sample="13800138000"),
    Column("remark", "备注", Text(500), sample="", hint=N_("Stays in the workbook; it is not stored.")),
)  # fmt: skip

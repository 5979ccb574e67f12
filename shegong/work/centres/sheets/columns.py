"""The columns of the ledger of service centres, under the names people give them."""

from shegong.kernel.sheets.cells import Day, Name, Number, Text
from shegong.kernel.sheets.layout import Column
from shegong.kernel.text import N_
from shegong.work.centres.sheets.kinds import Checks, Fund

COLUMNS = (
    Column("name", "名称", Text(60, width=32), ("服务中心", "中心名称", "服务中心名称", "机构名称", "单位名称", "社会救助服务中心"),
           required=True, sample="延吉市北山街道社会救助服务中心", hint=N_("As on the registration certificate.")),
    Column("number", "信用代码/登记证号", Text(40, width=24),
           ("统一社会信用代码/登记证号", "统一社会信用代码或登记证号", "统一社会信用代码", "信用代码", "社会信用代码", "登记证号", "登记号", "证书编号", "民非登记证号"), required=True,
           sample="52222401MJ00000000", hint=N_("Unified social credit code, or the former registration number.")),
    Column("legal_representative", "法定代表人", Name(), ("法人", "法人代表", "负责人"), required=True, sample="李英爱"),
    Column("county", "县(市、区)", Text(40, width=12), sample="延吉市", hint=N_("Needed when name and address do not say it.")),
    Column("township", "乡镇(街道)", Text(40, width=14), sample="北山街道",
           hint=N_("Needed when name and address do not say it.")),
    Column("address", "住所", Text(200, width=30), ("地址", "住址", "办公地址", "详细地址"), sample="延吉市北山街道丹进路1号"),
    Column("fund", "开办资金", Fund(), ("开办资金（元）", "开办资金（万元）", "注册资金", "注册资金（万元）"), sample="30000",
           hint=N_("In yuan, or with the unit: 3万元.")),
    Column("supervisor", "业务主管单位", Text(60), ("主管单位", "业务主管部门"), sample="延吉市民政局"),
    Column("registered_on", "登记日期", Day(past=True), ("成立日期", "成立时间", "登记时间", "成立登记日期"), sample="2011-08-01"),
    Column("check", "年检", Checks(), ("年检结果", "年检情况", "年度检查", "年度检查结论"), sample="2012年合格",
           hint=N_("Year and result, such as 2012年合格; several with a semicolon between.")),
    Column("staff", "工作人员数", Number(), ("工作人员", "人员数", "从业人员数", "职工人数", "专职人员数"), sample="5"),
    Column("certified", "持证数", Number(), ("持证人数", "持证社工数", "取得证书人数"), sample="2"),
    Column("remark", "备注", Text(500), hint=N_("Stays in the workbook; it is not stored.")),
)  # fmt: skip

"""The columns of the quarterly dispatch table, under the names people give them."""

from shegong.kernel.sheets.cells import Number, Text
from shegong.kernel.sheets.layout import Column
from shegong.kernel.text import N_

COLUMNS = (
    Column("indicator", "指标", Text(160, width=36), ("指标名称", "指标编号", "考核指标", "调度指标", "工作指标", "项目", "任务"),
           required=True, sample="K-T1 选聘高校毕业生", hint=N_("Number or title of the indicator, as the round asks for it.")),
    Column("unit", "市州/县(市、区)", Text(40, width=16),
           ("市州", "县(市、区)", "县（市、区）", "市（州）", "市(州)", "县市区", "地区", "单位", "填报单位", "报送单位"), sample="白城市",
           hint=N_("Needed when you answer for several units.")),
    Column("quarter", "本季完成", Number(), ("本季度完成", "本期完成", "本月完成", "当季完成"), sample="30",
           hint=N_("Stays in the workbook; the platform works it out from the totals.")),
    Column("total", "累计", Number(), ("累计完成", "累计完成数", "总计完成", "累计数"), required=True, sample="112",
           hint=N_("How many there are altogether on the round's day. What a register counts is filled in: leave it to confirm it.")),
    Column("share", "占年度任务%", Text(20, width=12), ("占年度任务", "占年度任务（%）", "占年度任务(%)", "完成率", "完成比例", "完成率%"), sample="90%",
           hint=N_("Stays in the workbook; the platform works it out from the totals.")),
    Column("why", "与登记数不一致的原因", Text(500, width=30), ("不一致原因", "差异原因", "差异说明", "备注", "说明"),
           hint=N_("Needed where your total is not what the register counts.")),
    Column("problems", "存在问题", Text(500, width=30), ("问题", "主要问题", "存在的问题", "困难问题")),
    Column("next_steps", "下步措施", Text(500, width=30), ("下一步措施", "下步打算", "下一步工作", "下步工作措施", "整改措施", "措施")),
)  # fmt: skip

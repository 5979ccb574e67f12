"""THE MAP: one line a context, from the top of the house to its ground.

Settings, URLs, API and the import order derive from this list. A context may import those below it in the list,
never one above; upward news travels through the journal (docs/architecture.md).
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Context:
    """One vertical slice: `path` is its package under shegong/, `zh` and `en` are its names for people."""

    path: str
    zh: str
    en: str

    @property
    def module(self) -> str:
        """Importable package name."""
        return f"shegong.{self.path}"

    @property
    def label(self) -> str:
        """Django's app label and the first part of journal verbs and permissions."""
        return self.path.rpartition(".")[2]


CONTEXTS = (
    Context("steering.privacy", "个人信息", "Personal information"),
    Context("steering.dossier", "档案", "Dossier"),
    Context("steering.oversight", "调度督查与验收", "Supervision and acceptance"),
    Context("steering.programme", "计划与目标", "Plan and targets"),
    Context("steering.statistics", "统计快照", "Frozen figures"),
    Context("steering.council", "联席会议", "Joint conference"),
    Context("duties.lookup", "公开查询", "Public verification"),
    Context("duties.conduct", "投诉与惩戒", "Complaints and sanctions"),
    Context("duties.registry", "登记注册", "Registration"),
    Context("work.education", "继续教育", "Continuing education"),
    Context("work.employment", "任职", "Employment"),
    Context("work.centres", "服务中心", "Service centres"),
    Context("ground.intake", "表格导入", "Workbooks"),
    Context("ground.accounts", "账号与权限", "Accounts and grants"),
    Context("ground.credentials", "学历与证书", "Credentials"),
    Context("ground.tasks", "督办事项", "Tasks"),
    Context("ground.people", "人员", "People"),
    Context("ground.documents", "公文与案卷", "Documents and case folders"),
    Context("ground.organizations", "机构", "Organizations"),
    Context("ground.regions", "行政区划", "Regions"),
)

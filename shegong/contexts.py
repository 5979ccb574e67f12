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
    Context("duties.lookup", "公开查询", "Public verification"),
    Context("duties.registry", "登记注册", "Registration"),
    Context("work.employment", "任职", "Employment"),
    Context("work.centres", "服务中心", "Service centres"),
    Context("ground.intake", "表格导入", "Workbooks"),
    Context("ground.accounts", "账号与权限", "Accounts and grants"),
    Context("ground.credentials", "学历与证书", "Credentials"),
    Context("ground.people", "人员", "People"),
    Context("ground.documents", "公文与案卷", "Documents and case folders"),
    Context("ground.organizations", "机构", "Organizations"),
    Context("ground.regions", "行政区划", "Regions"),
)

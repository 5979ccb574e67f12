"""Every component with sample content, as pages of their own, for tests and for looking at.

`python tests/ui/gallery.py 8099` serves them without a database; /all lists them. All people here are invented.
"""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    import django
    from django.conf import settings

    settings.configure(
        DEBUG=True,
        SECRET_KEY="gallery",
        ROOT_URLCONF=__name__,
        ALLOWED_HOSTS=["*"],
        INSTALLED_APPS=[
            "shegong.kernel",
            "shegong.ui",
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.messages",
            "django.contrib.sessions",
            "django.contrib.staticfiles",
            "django_htmx",
        ],
        MIDDLEWARE=["shegong.ui.middleware.LanguageMiddleware"],
        DATABASES={},
        LANGUAGE_CODE="zh-hans",
        LANGUAGES=[("zh-hans", "简体中文"), ("en", "English")],
        STATIC_URL="/static/",
        USE_TZ=True,
        TIME_ZONE="Asia/Shanghai",
        DEMO=True,
        SITE={
            "name_zh": "吉林省社会工作人才平台",
            "name_en": "Jilin Social Work Talent Platform",
            "sponsor_zh": "吉林省民政厅",
            "sponsor_en": "Jilin Provincial Department of Civil Affairs",
            "phone": "",
            "icp": "",
            "psb": "",
            "site_code": "2200000000",
        },
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "APP_DIRS": True,
                "OPTIONS": {
                    "context_processors": [
                        "django.template.context_processors.request",
                        "shegong.ui.menu.site",
                    ]
                },
            }
        ],
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    )
    django.setup()

from django import forms  # noqa: E402
from django.http import HttpRequest, HttpResponse  # noqa: E402
from django.template import engines  # noqa: E402
from django.urls import include, path  # noqa: E402

from shegong.kernel.access import PUBLIC, Actor, Authority  # noqa: E402
from shegong.kernel.http import page  # noqa: E402
from shegong.ui import menu as menus  # noqa: E402
from shegong.ui.fields import CameraField, DateTextField  # noqa: E402
from shegong.ui.menu import MenuGroup, MenuItem, Menus  # noqa: E402

if __name__ == "__main__":
    menus.sources = lambda: []  # the contexts are not installed in this showcase

ACTOR = Actor(
    user_id=1,
    name="崔明哲",
    authorities=(Authority("reviewer", frozenset(), office_name="延边州民政局 社会工作科"),),
)


class Sample(forms.Form):
    """One field of each kind."""

    number = forms.CharField(
        label="证书管理号",
        help_text="通常 18 位，空格不用管",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    born_on = DateTextField(label="发证日期")
    level = forms.ChoiceField(
        label="级别",
        choices=[("1", "助理社会工作师"), ("2", "社会工作师"), ("3", "高级社会工作师")],
        widget=forms.RadioSelect,
    )
    region = forms.ChoiceField(
        label="县（市、区）", choices=[("", "请选择"), ("222401", "延吉市"), ("222403", "敦化市")]
    )
    fields_of_work = forms.MultipleChoiceField(
        label="服务领域",
        choices=[("a", "社会救助"), ("b", "社区建设"), ("c", "青少年服务")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    photo = CameraField(label="证书内页照片", help_text="横着拍，四个角都在画面里")
    secret = forms.CharField(
        label="密码",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="至少 10 位",
    )
    opinion = forms.CharField(label="说明", widget=forms.Textarea, required=False)
    agreed = forms.BooleanField(label="我已阅读并承诺遵守职业道德", help_text="2013年版")


EVENTS = [
    {"title": "本人提交申请", "detail": "6月24日 21:07 · 手机"},
    {"title": "服务中心确认在岗", "detail": "6月25日 09:12"},
    {"title": "退回补正", "detail": "6月26日 · 延吉市民政局", "note": "合同第 2 页模糊，请重拍。"},
    {"title": "州级审核", "detail": "剩余 2 个工作日，7月2日到期", "state": "now"},
    {"title": "领取电子登记证", "detail": "在“我的证书”里", "state": "next"},
]
ANSWERS = [
    {"label": "姓名", "value": "宋雨桐", "fixed": "已核实"},
    {"label": "身份证号", "value": "990401********1126", "fixed": "已核实"},
    {"label": "证书管理号", "value": "2012 0622 0100 0003 18", "change_url": "#"},
    {
        "label": "工作单位",
        "value": "延吉市北山街道社会救助服务中心",
        "change_url": "#",
        "note": "民办非企业单位",
    },
]
TASKS = [
    {
        "label": "您的情况",
        "tasks": [
            {"label": "身份信息", "url": "#", "state": "done"},
            {"label": "工作单位和服务领域", "url": "#", "state": "done"},
        ],
    },
    {
        "label": "证书",
        "tasks": [
            {"label": "证书管理号", "url": "#", "state": "todo"},
            {"label": "拍证书和合同", "url": "#", "state": "problem", "hint": "合同第 2 页要重拍"},
        ],
    },
    {"label": "确认", "tasks": [{"label": "签署职业道德承诺", "state": "waiting"}]},
]
PEOPLE = [
    (
        "李春华",
        "990403********2216",
        "JL2010001846",
        "社会工作师",
        "敦化市民主街道",
        "valid",
        "2013-07-18",
        "4 / 11",
        True,
    ),
    (
        "方立新",
        "990401********0035",
        "JL2010001902",
        "助理社会工作师",
        "延吉市河南街道",
        "valid",
        "2013-07-31",
        "9 / 9",
        False,
    ),
    (
        "赵国梁",
        "990403********1517",
        "JL2010002014",
        "社会工作师",
        "敦化市渤海街道",
        "pending",
        "2013-08-05",
        "11 / 11",
        False,
    ),
    (
        "王雅琴",
        "990403********0949",
        "JL2010002057",
        "助理社会工作师",
        "敦化市胜利街道",
        "returned",
        "2013-08-12",
        "9 / 9",
        False,
    ),
    (
        "许成男",
        "990401********5510",
        "JL2010002078",
        "社会工作师",
        "延吉市进学街道",
        "suspended",
        "2013-08-22",
        "11 / 11",
        False,
    ),
]
COLUMNS = [
    {"label": text}
    for text in ("姓名", "身份证号", "登记证号", "级别", "街道、乡镇", "状态", "有效期至", "学时（天）")
]
COLUMNS[6] |= {"sort_url": "?sort=-expires", "sorted": "up"}
COLUMNS[7] |= {"right": True}


def rows() -> list[dict]:
    """Sample register rows for ui/table.html."""
    out = []
    for name, number, card, level, place, code, until, hours, low in PEOPLE:
        cells = [
            {"text": name, "url": "#"},
            {"text": number, "css": "id hm"},
            {"text": card, "css": "id"},
            {"text": level, "css": "hm"},
            {"text": place},
            {"code": code, "css": "end"},
            {"text": until, "label": "有效期至"},
            {"text": hours, "css": "r", "low": low},
        ]
        out.append({"cells": cells, "pick": card, "selected": low})
    return out


def context(request: HttpRequest) -> dict:
    """Everything the pages below show."""
    request.actor = ACTOR
    menu = Menus(request)
    office = [
        MenuGroup("", "", [MenuItem("office", "", "工作首页", "/office/")]),
        MenuGroup(
            "todo",
            "待办",
            [
                MenuItem("office", "todo", "注册登记", "/desk/", 37, current=True),
                MenuItem("office", "todo", "投诉举报", "/x/", 3),
            ],
        ),
        MenuGroup(
            "registers",
            "名册",
            [MenuItem("office", "r", "社会工作者", "/register/"), MenuItem("office", "r", "机构", "/o/")],
        ),
        MenuGroup(
            "admin",
            "管理",
            [MenuItem("office", "a", "人员与权限", "/p/"), MenuItem("office", "a", "操作记录", "/l/")],
        ),
    ]
    public = [
        MenuGroup(
            "",
            "",
            [
                MenuItem("public", "", word, f"/{word}/", current=word == "核验")
                for word in ("首页", "核验", "帮助")
            ],
        )
    ]
    for space, groups in (
        ("office", office),
        ("organisation", office),
        ("public", public),
        ("my", public),
        ("cockpit", public),
    ):
        setattr(menu, space, groups)
    return {
        "menu": menu,
        "events": EVENTS,
        "answers": ANSWERS,
        "task_groups": TASKS,
        "columns": COLUMNS,
        "rows": rows(),
        "codes": [
            "draft",
            "pending",
            "returned",
            "approved",
            "refused",
            "valid",
            "expired",
            "cancelled",
            "suspended",
            "revoked",
        ],
        "queue": [
            (
                "金美玉",
                "首次 · 助理社工师",
                "珲春市河南街道社会救助服务中心",
                "超期 1 日",
                "late",
                "影像模糊",
                "e",
            ),
            (
                "方秋月",
                "首次 · 社会工作师",
                "延吉市北山街道社会救助服务中心",
                "剩 2 日",
                "soon",
                "1 项提示",
                "",
            ),
            ("朴正男", "首次 · 助理社工师", "龙井市安民街道社会救助服务中心", "剩 3 日", "", "核对通过", "g"),
        ],
        "search_url": "#",
        "inbox_url": "#",
        "inbox_count": 5,
        "organisation": "延吉市北山街道社会救助服务中心",
        "stages": [
            {"title": "受理", "used": "已用 2 日", "limit": "限 5 工作日", "state": "past"},
            {"title": "州级审核", "used": "已用 16 日，剩 14 日", "limit": "限 30 工作日", "state": "now"},
            {"title": "决定", "limit": "限 10 工作日"},
        ],
        "tabs": [
            {"label": "全部", "url": "#", "count": 211},
            {"label": "三个月内到期", "url": "#", "count": 34, "current": True},
            {"label": "学时不足", "url": "#", "count": 58},
        ],
        "chips": [
            {"label": "县市", "value": "延吉市、敦化市", "remove_url": "#"},
            {"label": "状态", "value": "除已注销外", "remove_url": "#"},
        ],
        "column_choices": [
            {"key": str(n), "label": c["label"], "shown": n < 8, "fixed": n == 0}
            for n, c in enumerate(COLUMNS)
        ],
        "card_actions": [
            {"label": "完整档案", "url": "#"},
            {"label": "提醒本人再登记", "url": "#", "primary": True},
        ],
        "figures": [
            {"label": "有效登记", "value": "2,284", "unit": "人", "url": "#", "note": "截至今日"},
            {"label": "登记机关", "value": "70", "unit": "个"},
        ],
        "verify_url": "#",
        "my_url": "#",
        "office_url": "#",
    }


def show(name: str):
    """A view of one gallery page."""

    @page(PUBLIC, methods=["GET", "POST"], own_once=True)
    def view(request: HttpRequest) -> HttpResponse:
        template = engines["django"].from_string(
            (Path(__file__).parent / "gallery" / f"{name}.html").read_text()
        )
        values = context(request)
        bound = request.method == "POST" or "bad" in request.GET
        values["form"] = Sample(request.POST if bound else None, request.FILES if bound else None)
        status = 422 if bound and not values["form"].is_valid() else 200
        return HttpResponse(template.render(values, request), status=status)

    return view


PAGES = sorted(file.stem for file in (Path(__file__).parent / "gallery").glob("*.html"))
urlpatterns = [
    path("shell/", include(("shegong.ui.web", "ui"))),
    *(path(f"{name}/", show(name), name=f"gallery_{name}") for name in PAGES),
]

if __name__ == "__main__":
    from django.core.management import execute_from_command_line

    execute_from_command_line(
        ["gallery", "runserver", sys.argv[1] if len(sys.argv) > 1 else "8099", "--noreload", "--insecure"]
    )

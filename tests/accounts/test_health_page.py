"""系统状态: the system administrator reads what is well, what is not and what to do; nobody else does."""

from shegong.kernel import health


def test_the_system_administrator_reads_each_part_in_words_with_what_to_do(client, enter, make_user, places):
    enter(make_user("xi", role="system_admin", region=places.jilin))
    page = client.get("/office/health/").content.decode()
    assert "系统状态" in page and "数据库应答正常" in page
    assert "后台任务进程没有运行" in page and "处理办法：" in page and "shegong worker" in page
    assert page.count("<dt>") == len(health._known)
    assert page.index("后台任务进程没有运行") < page.index("数据库应答正常"), "the worst first"
    idle = sum(one.state == health.OFF for one in health.facts())
    assert f"有 {idle} 项未启用：" in page and idle, "green above them would promise what nobody does"
    english = client.get("/office/health/?lang=en").content.decode()
    assert "No job worker runs." in english and "后台任务" not in english
    assert '"/office/health/"' in client.get("/office/grants/").content.decode(), "the menu leads to it"


def test_nobody_else_reads_it(client, enter, make_user, places):
    for role in ("auditor", "security_admin", "final_registrar"):
        client.cookies.clear()
        enter(make_user(role, role=role, region=places.jilin))
        assert client.get("/office/health/").status_code == 403
    client.cookies.clear()
    assert client.get("/office/health/").status_code == 302

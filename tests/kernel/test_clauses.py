"""The clause map: complete, in the plan's own words, and without claims that nothing holds up."""

import tomllib
from pathlib import Path

import pytest

from shegong.kernel import clauses
from shegong.kernel.clauses import Answer, Clause, ClauseFault, answers, declare, faults, load_clauses, report

POLICY = Path(__file__).parents[2] / "policy" / "plans" / "jilin-2011.toml"
PLAN = {"A1": Clause("A1", "One", "一", "…", "done"), "A2": Clause("A2", "Two", "二", "…", "none")}


@pytest.fixture(autouse=True)
def nothing_declared(monkeypatch):
    monkeypatch.setattr(clauses, "_DECLARED", set())


def test_every_clause_of_the_plan_is_there_with_titles_and_words():
    plan = load_clauses(POLICY)
    assert len(plan) == 83
    assert [plan_id for plan_id in plan if plan_id.startswith("N")] == [f"N{n}" for n in range(15)]
    assert all(
        clause.title_en and clause.title_zh and clause.quote and clause.text_en for clause in plan.values()
    )


@pytest.mark.parametrize(
    ("clause", "words"),
    [
        ("T4.2.a", "2．实行社会工作者职业登记注册制度。建立社会工作者登记注册平台，"),
        ("T4.2.e", "实现社会工作者在线登记注册、信息查询、"),
        ("S2013.d", "完成3000人次的培训任务。"),
    ],
)
def test_a_clause_is_quoted_in_the_words_of_the_plan(clause, words):
    assert load_clauses(POLICY)[clause].quote == words


def test_chinese_titles_are_short_enough_for_a_list():
    assert max(len(clause.title_zh) for clause in load_clauses(POLICY).values()) <= 16


def test_an_action_is_reported_under_its_context_and_name():
    def accept_application():
        """Stands for an action."""

    accept_application.__module__ = "shegong.duties.registry.actions.deciding"
    answers("A1")(accept_application)
    assert clauses.declared() == {Answer("A1", "action", "registry.accept_application")}


def test_one_declaration_may_name_several_clauses():
    declare("page", "A1, A2", "registry:home")
    assert {answer.clause for answer in clauses.declared()} == {"A1", "A2"}


def test_an_unknown_kind_of_answer_is_a_programming_error():
    with pytest.raises(ValueError, match="'promise' is not one of"):
        declare("promise", "A1", "x")


def test_pages_answer_by_what_their_route_declares():
    routes = [{"name": "lookup:verify", "clause": "T4.2.e"}, {"name": "home", "clause": None}]
    assert list(clauses.page_answers(routes)) == [Answer("T4.2.e", "page", "lookup:verify")]


def test_marks_of_tests_and_modules_are_found_without_running_them(tmp_path):
    folder = tmp_path / "tests" / "registry"
    folder.mkdir(parents=True)
    (folder / "test_rules.py").write_text(
        "import pytest\n"
        "pytestmark = [pytest.mark.django_db, pytest.mark.clause('A1')]\n"
        "@pytest.mark.clause('A2')\n"
        "def test_one(): pass\n"
        "def test_two(): pass\n"
        "@pytest.mark.clause('A2')\n"
        "def not_a_test(): pass\n"
    )
    path = "tests/registry/test_rules.py"
    assert sorted(clauses.test_answers(tmp_path / "tests")) == [
        Answer("A1", "test", f"{path}::test_one"),
        Answer("A1", "test", f"{path}::test_two"),
        Answer("A2", "test", f"{path}::test_one"),
    ]


def test_the_report_lays_claim_and_answers_side_by_side():
    found = [Answer("A1", "page", "b"), Answer("A1", "page", "a"), Answer("A1", "test", "t")]
    assert report(PLAN, found)[0] == {
        "clause": "A1", "title": "One", "title_zh": "一", "actions": [], "pages": ["a", "b"], "indicators": [],
        "tests": ["t"], "state": "done",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("found", "complaints"),
    [
        ([("A1", "test"), ("A1", "action")], []),
        ([("A1", "action")], ["A1 says done, but has no test or nothing tested"]),
        ([("A1", "test")], ["A1 says done, but has no test or nothing tested"]),
        ([("A1", "test"), ("A1", "page"), ("A9", "page")], ["A9 is answered but stands in no plan"]),
        (
            [("A1", "test"), ("A1", "page"), ("A2", "test"), ("A2", "page")],
            ["A2 says none, but is answered and tested"],
        ),
    ],
)
def test_claims_and_answers_must_agree(found, complaints):
    assert faults(PLAN, [Answer(clause, kind, "x") for clause, kind in found]) == complaints


@pytest.mark.parametrize(
    "text",
    [
        '[[clause]]\nid = "A1"\nen = "x"\nzh = "x"\n',
        '[[clause]]\nid = "A1"\nen = "x"\nzh = "x"\nquote = "x"\nstate = "soon"\n',
        '[[clause]]\nid = "A1"\nen = "x"\nzh = "x"\nquote = "x"\nstat = "done"\n',
        '[[clause]]\nid = "A1"\nen = "x"\nzh = "x"\nquote = "x"\n' * 2,
    ],
)
def test_a_clause_file_with_a_fault_names_the_clause(tmp_path, text):
    tomllib.loads(text)
    (tmp_path / "clauses.toml").write_text(text)
    with pytest.raises(ClauseFault, match="A1"):
        load_clauses(tmp_path / "clauses.toml")

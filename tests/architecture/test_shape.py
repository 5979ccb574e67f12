"""The shape of the code: sizes, names, pure rules, edges that change nothing, dependencies that say why."""

import ast
import re
import statistics
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "shegong"
BANNED = {"utils", "helpers", "common", "base", "manager", "service", "handler", "process", "data", "info"}
PURE_KERNEL = {"shegong.kernel.text", "shegong.kernel.refusal", "shegong.kernel.workflow"}
CLOCK = re.compile(r"\b(?:date\.today|datetime\.now|timezone\.now|timezone\.localdate|time\.time)\(")


def sources(pattern: str = "**/*.py") -> list[Path]:
    """Our Python files, migrations aside."""
    return [path for path in sorted(PACKAGE.glob(pattern)) if "migrations" not in path.parts]


def tree(path: Path) -> ast.Module:
    """A file, parsed."""
    return ast.parse(path.read_text(encoding="utf-8"))


def edges() -> list[Path]:
    """Every web.py and api.py of a context, split ones included."""
    return [
        path for name in ("web", "api") for path in (*sources(f"*/*/{name}.py"), *sources(f"*/*/{name}/*.py"))
    ]


def functions() -> Iterator[tuple[str, int]]:
    """Name and length in lines of every function, its docstring and decorators aside."""
    for path in sources():
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                body = node.body[1:] if ast.get_docstring(node) else node.body
                last = max((statement.end_lineno or 0 for statement in body), default=node.lineno)
                first = body[0].lineno if body else node.lineno
                yield f"{path.relative_to(ROOT)}:{node.name}", last - first + 2


def tracked() -> list[Path]:
    """Every text file that a clone brings."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True
    ).stdout.decode()
    kinds = {
        ".py",
        ".toml",
        ".txt",
        ".md",
        ".html",
        ".css",
        ".js",
        ".po",
        ".sh",
        ".yml",
        ".yaml",
        ".json",
        "",
    }
    return [
        ROOT / name
        for name in listed.split("\0")
        if name and Path(name).suffix in kinds and (ROOT / name).is_file()
    ]


def test_no_file_is_longer_than_300_lines():
    long = {
        str(path.relative_to(ROOT)): n
        for path in sources()
        if (n := len(path.read_text().splitlines())) > 300
    }
    assert long == {}


def test_functions_are_short():
    lengths = [length for _name, length in functions()]
    assert statistics.median(lengths) <= 9
    long = sorted(((length, name) for name, length in functions() if length > 30), reverse=True)
    assert len(long) <= len(lengths) * 0.1, long[:20]


def test_no_module_has_a_name_that_means_nothing():
    assert [
        str(path.relative_to(ROOT)) for path in sources() if path.stem in BANNED or path.parent.name in BANNED
    ] == []


@pytest.mark.parametrize(
    "path", [*sources("*/*/rules.py"), *sources("*/*/rules/*.py")], ids=lambda path: path.parent.name
)
def test_rules_know_neither_django_nor_the_clock(path):
    for node in ast.walk(tree(path)):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom):
            names = [node.module or ""]
        for name in names:
            assert name.split(".")[0] not in {"django", "psycopg", "allauth", "ninja"}, (
                f"{path}:{node.lineno}: {name}"
            )
    assert not CLOCK.search(path.read_text())


def test_importing_every_rule_needs_no_django():
    modules = [".".join(path.relative_to(ROOT).with_suffix("").parts) for path in sources("*/*/rules.py")]
    program = f"import sys\nfor name in {modules!r}: __import__(name)\nsys.exit('django' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr or "a rule imports Django through the kernel"


def test_models_override_no_save_and_fix_no_order():
    for path in (*sources("*/*/models.py"), *sources("*/*/models/*.py"), *sources("kernel/*.py")):
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.ClassDef):
                names = {item.name for item in node.body if isinstance(item, ast.FunctionDef)}
                sets = {target.id for item in node.body if isinstance(item, ast.Assign)
                        for target in item.targets if isinstance(target, ast.Name)}  # fmt: skip
                assert not ({"save"} & names and "Model" in ast.unparse(node)), f"{path}: {node.name}.save"
                assert not (node.name == "Meta" and "ordering" in sets), f"{path}: Meta.ordering"


def test_numbers_out_of_addresses_are_read_in_one_place():
    asks = re.compile(r"\bint\(.*\.is(?:digit|decimal)\(")
    found = [
        f"{path}: {line}"
        for path in sources("**/web/*.py")
        for line in path.read_text(encoding="utf-8").splitlines()
        if asks.search(line)
    ]
    assert not found, f"str.isdigit() also says yes to ²; use whole_number: {found}"


def test_every_dependency_says_why_it_is_there():
    text = (ROOT / "pyproject.toml").read_text()
    project = tomllib.loads(text)
    declared = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    lines = text.splitlines()
    for name in declared:
        number = next(n for n, line in enumerate(lines) if f'"{name}"' in line)
        before = next(
            line for line in reversed(lines[:number]) if '"' not in line or line.strip().startswith("#")
        )
        assert before.strip().startswith("#"), f"{name} has no comment that says why"


def test_the_lock_holds_every_dependency_with_hashes():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())

    def name_of(requirement: str) -> str:
        return re.split(r"[\[<>=~!; ]", requirement)[0].lower().replace("_", "-")

    for lock, declared in (
        ("requirements.txt", project["project"]["dependencies"]),
        ("requirements-dev.txt", [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]),
    ):
        text = (ROOT / lock).read_text()
        pinned = set(re.findall(r"^([a-z0-9][a-z0-9._-]*)==", text, re.MULTILINE))
        assert {name_of(requirement) for requirement in declared} <= pinned
        entries = re.split(r"\n(?=[a-z0-9])", text.strip())
        assert [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry] == []


def test_whatever_the_code_imports_is_in_the_lock():
    distributions = packages_distributions()
    for folder, lock in (("shegong", "requirements.txt"), ("tests", "requirements-dev.txt")):
        pinned = set(re.findall(r"^([a-z0-9][a-z0-9._-]*)==", (ROOT / lock).read_text(), re.MULTILINE))
        dev_only = {"pytest"}  # the house starts the tests
        for path in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(tree(path)):
                names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
                if isinstance(node, ast.ImportFrom) and node.module and not node.level:
                    names = [node.module]
                for name in {name.partition(".")[0] for name in names} - dev_only:
                    ours = name in {"shegong", "tests"} or (ROOT / "tests" / name).is_dir()
                    if ours or name in sys.stdlib_module_names:
                        continue
                    found = {known.lower().replace("_", "-") for known in distributions.get(name, [])}
                    assert found & pinned, (
                        f"{path.relative_to(ROOT)} imports {name}, which {lock} does not hold"
                    )


def test_no_tracked_file_names_a_registry_or_a_folder_of_one_machine():
    registry = re.compile(r"(?:pypi|pythonhosted|npmjs|deb\.debian|crates)\.(?:org|com|io)")
    machine = re.compile(r"(?:^|[\s\"'=(:])/(?:work/(?:main|shared)|root|home/[a-z]+)/")
    found = []
    for path in tracked():
        if path == Path(__file__).resolve() or "data" in path.relative_to(ROOT).parts:
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        found += [f"{path.relative_to(ROOT)}: {hit[0]}" for hit in registry.finditer(text)]
        found += [f"{path.relative_to(ROOT)}: {hit[0]}" for hit in machine.finditer(text)]
    assert found == []

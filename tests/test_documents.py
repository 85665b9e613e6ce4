"""The documents say what the code does: every rule, test, law, link and command they name is there."""

import ast
import importlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.quickstart.tour import TOUR
from tests.test_house import RULES, rules_in

ROOT = Path(__file__).resolve().parent.parent
LAW = ROOT / "docs" / "law.md"
ROOMS = ("config", "api", "feedback", "procedures", "units")
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("config/data/**/*.md")])
OURS = "our choice"
_TWINS = ("README.md", "README.vi.md")
_RULE = re.compile(rf"`((?:{'|'.join(ROOMS)})(?:\.\w+)+)`")
_TEST = re.compile(r"`([\w/]+\.py)::(\w+)`")
_LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)#\s]+)[^)]*\)|!\[[^\]]*\]\(([^)\s]+)\)")
_DECISION = re.compile(r"\[[^\]\d]*(\d+)\]\((?:[\w./]*/)?(\d{4})-[\w-]+\.md\)")
_TEXT = re.compile(r"^\| ([^|]+?) \|", re.MULTILINE)


def test_every_rule_that_the_law_index_names_exists() -> None:
    named = sorted(set(_RULE.findall(LAW.read_text())))

    assert len(named) > 50
    assert [name for name in named if not _exists(name)] == []


def test_every_test_that_the_law_index_names_exists() -> None:
    named = sorted(set(_TEST.findall(LAW.read_text())))

    assert len(named) > 30
    assert [name for name in named if name[1] not in _names_in(ROOT / "tests" / name[0])] == []


def test_every_rule_of_the_code_stands_in_the_law_index() -> None:
    told = set(_RULE.findall(LAW.read_text()))
    rules = {
        ".".join([*module.relative_to(ROOT).with_suffix("").parts, name]).replace(".__init__", "")
        for module in RULES for name in rules_in(module.read_text(encoding="utf-8"))
    }  # fmt: skip

    assert len(rules) > 80
    assert sorted(rules - told) == []


def test_every_function_that_names_a_law_stands_in_the_law_index() -> None:
    told = set(_RULE.findall(LAW.read_text()))
    laws = [text for text in _texts() if text in LAW.read_text().split("Standards that are not law:")[0]]
    functions = {where: any(law in source for law in laws) for where, source in _sources_everywhere()}

    assert sum(functions.values()) > 80
    assert sorted(name for name, names_a_law in functions.items() if names_a_law and name not in told) == []


def test_every_test_class_that_names_a_law_stands_in_the_law_index() -> None:
    told, texts = set(_TEST.findall(LAW.read_text())), _texts()
    classes = [
        (str(file.relative_to(ROOT / "tests")), node)
        for file in sorted((ROOT / "tests").rglob("test_*.py"))
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.ClassDef)
    ]
    held = {
        (file, node.name): {node.name, *(one.name for one in node.body if isinstance(one, ast.FunctionDef))}
        for file, node in classes
        if any(text in (ast.get_docstring(node) or "").partition("Source:")[2] for text in texts)
    }

    assert len(held) > 15
    assert [one for one, names in held.items() if not any((one[0], name) in told for name in names)] == []


def test_a_whole_file_of_tests_that_the_law_index_names_exists() -> None:
    files = set(re.findall(r"`(\w+/[\w/]+\.py)[:`]", LAW.read_text()))

    assert len(files) > 20
    assert [file for file in sorted(files) if not (ROOT / "tests" / file).exists() and not (ROOT / file).exists()] == []


def test_every_clause_of_the_law_index_has_a_rule_and_a_test() -> None:
    rows = [line for line in LAW.read_text().splitlines() if line.startswith("| ") and line.count(" | ") == 2]
    clauses = [row for row in rows if re.search(r"\w+\.py(::\w+)?`", row)]

    assert len(clauses) > 80
    assert [row for row in clauses if not _RULE.search(row.split(" | ")[1])] == []
    untested = [row for row in rows if _RULE.search(row.split(" | ")[1]) and row not in clauses]
    assert untested == []


def test_a_rule_or_test_that_is_not_there_is_found_out() -> None:
    assert not _exists("procedures.calendar.rules.limits.due_yesterday")
    assert "test_that_nobody_wrote" not in _names_in(ROOT / "tests" / "procedures" / "test_clock.py")


def test_every_rule_names_its_law_or_says_that_it_is_our_choice() -> None:
    texts = _texts()

    assert [where for where, source in _sources() if not _is_known(source, texts)] == []


def test_a_rule_that_names_a_law_outside_the_index_is_found_out() -> None:
    texts = _texts()

    assert not _is_known("NĐ 999/2099, điều 1", texts)
    assert _is_known("NĐ 61/2018, điều 19 khoản 9", texts)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_of_a_document_leads_to_a_file(document: Path) -> None:
    links = [one or other for one, other in _LINK.findall(document.read_text())]
    inside = [link for link in links if not re.match(r"https?:|mailto:", link)]

    assert [link for link in inside if not (document.parent / link).exists()] == []


def test_every_document_that_the_code_names_exists() -> None:
    files = [file for room in ROOMS for file in (ROOT / room).rglob("*.py")]
    named = {name for file in files for name in re.findall(r"docs/[\w/-]+\.\w+", file.read_text())}

    assert named
    assert [name for name in sorted(named) if not (ROOT / name).exists()] == []


def test_a_decision_is_headed_by_the_number_of_its_file_and_called_by_it() -> None:
    headed = {file.name: file.read_text().partition(". ")[0] for file in (ROOT / "docs" / "decisions").glob("*.md")}
    called = [one for document in DOCUMENTS for one in _DECISION.findall(document.read_text())]

    assert headed == {name: f"# {int(name[:4])}" for name in headed}
    assert len(called) > 3
    assert [one for one in called if int(one[0]) != int(one[1])] == []


@pytest.mark.parametrize("name", _TWINS)
def test_the_readme_has_every_command_of_the_tour(name: str) -> None:
    told = (ROOT / name).read_text()

    assert [command for command in _commands_of_the_tour() if command not in told] == []


def test_both_readmes_have_the_same_commands() -> None:
    english, vietnamese = (re.findall(r"```sh\n(.*?)```", (ROOT / name).read_text(), re.DOTALL) for name in _TWINS)

    assert english == vietnamese


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_path_of_the_contract_that_a_document_shows_is_in_it(document: Path) -> None:
    patterns = [re.compile(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(path)) + "$") for path in _paths()]
    shown = set(re.findall(r"/api/v1(/[\w/.{}$-]+)", document.read_text()))

    assert [path for path in sorted(shown) if not any(one.match(f"/api/v1{path}") for one in patterns)] == []


def _exists(name: str) -> bool:
    parts = name.split(".")
    for cut in range(len(parts), 0, -1):
        try:
            found: object = importlib.import_module(".".join(parts[:cut]))
        except ModuleNotFoundError:
            continue
        for part in parts[cut:]:
            if not hasattr(found, part):
                return False
            found = getattr(found, part)
        return True
    return False


def _names_in(file: Path) -> set[str]:
    if not file.exists():
        return set()
    tree = ast.parse(file.read_text())
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.ClassDef)}


def _texts() -> list[str]:
    """Return the names of laws and standards that the index knows."""
    chapter = LAW.read_text().split("## The texts")[1].split("\n## ")[0]
    laws = [name for name in _TEXT.findall(chapter) if name != "name in the code" and not name.startswith("---")]
    standards = chapter.split("Standards that are not law:")[1]
    return [*laws, "Thông tư 01/2018", *(name.strip() for name in re.findall(r"([^,():]+) \(", standards))]


def _sources() -> Iterator[tuple[str, str]]:
    """Yield where and what: the `Source:` of every docstring in the rules."""
    for room in ("feedback", "procedures", "units"):
        for file in sorted((ROOT / room).rglob("*.py")):
            if "rules" not in file.with_suffix("").parts:
                continue
            for node in ast.walk(ast.parse(file.read_text())):
                if isinstance(node, ast.FunctionDef | ast.ClassDef):
                    told = ast.get_docstring(node) or ""
                    if "Source:" in told:
                        yield f"{file.relative_to(ROOT)}:{node.name}", " ".join(told.split("Source:")[1].split())


def _sources_everywhere() -> Iterator[tuple[str, str]]:
    """Yield the dotted name and the `Source:` of every public function and public method of the rooms."""
    for room in ("feedback", "procedures", "units"):
        for file in sorted((ROOT / room).rglob("*.py")):
            module = ".".join(file.relative_to(ROOT).with_suffix("").parts).replace(".__init__", "")
            for name, told in rules_in(file.read_text(encoding="utf-8")).items():
                yield f"{module}.{name}", " ".join(told.partition("Source:")[2].split())


def _is_known(source: str, texts: list[str]) -> bool:
    return OURS in source or any(text in source for text in texts)


def _commands_of_the_tour() -> list[str]:
    """Return the commands as the README has them: the usual port, the secret in a variable."""
    told = TOUR.format(base="http://127.0.0.1:8000", vendor="motcua-mau", vendor_secret="$SECRET", port="")
    blocks = re.findall(r"(?:^  .*\n)+", told.split("\n1. ", 1)[1], re.MULTILINE)
    return [re.sub(r"^  ", "", block, flags=re.MULTILINE).rstrip() for block in blocks]


def _paths() -> list[str]:
    contract = (ROOT / "openapi.yaml").read_text()
    return [path.strip("'\"") for path in re.findall(r"^  (['\"]?/\S+?):$", contract, re.MULTILINE)]

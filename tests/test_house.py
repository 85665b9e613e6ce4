"""The house style, where a machine can hold us to it."""

import ast
import inspect
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from django.apps import apps
from django.urls import URLPattern, URLResolver, get_resolver

import api.errors
import api.models
import feedback.errors
import feedback.models
import procedures.errors
import procedures.models
import units.errors
from api.access.scopes import ALL_SCOPES
from api.endpoint import PUBLIC, SIGNED_IN, Endpoint
from api.problems import PROBLEMS

ROOT = Path(__file__).parent.parent
STOREYS = ("config", "api", "feedback", "procedures", "units")
MODULES = [m for s in STOREYS for m in (ROOT / s).rglob("*.py") if "migrations" not in m.parts]
SERIALIZERS = [m for m in MODULES if m.name == "serializers.py"]
RULES = [m for m in MODULES if "rules" in (m.stem, m.parent.name)]
OWN_TABLES = {"access", "events", "idempotency", "routines", "throttling"}
"""The rooms of the counter that keep tables of their own."""
FACING = {"views", "serializers", "doors", "urls"}
"""Modules that face a client, and therefore ask services and queries only."""
TOLD_BY_ROW = {"MessageRejected", "BatchRefused"}
"""What the transactions' views tell as faults of the rows sent, each with its pointer."""
NAMELESS = {"utils", "helpers", "common", "managers", "signals", "misc"}


def functions(module: Path) -> Iterator[ast.FunctionDef]:
    tree = ast.parse(module.read_text(encoding="utf-8"))
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def rules_in(source: str) -> dict[str, str]:
    """Return the docstrings of the public functions, and of the public methods of public classes, by name."""
    found = {}
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef):
            found[node.name] = ast.get_docstring(node) or ""
        elif isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            methods = (inner for inner in node.body if isinstance(inner, ast.FunctionDef))
            found |= {f"{node.name}.{method.name}": ast.get_docstring(method) or "" for method in methods}
    return {name: told for name, told in found.items() if not name.rpartition(".")[2].startswith("_")}


def named(module: Path) -> str:
    return str(module.relative_to(ROOT))


@pytest.mark.parametrize("module", SERIALIZERS, ids=named)
def test_a_serializer_writes_nothing(module: Path) -> None:
    assert {f.name for f in functions(module)} & {"create", "update", "save"} == set()


@pytest.mark.parametrize("module", RULES, ids=named)
def test_a_rule_of_law_names_its_source(module: Path) -> None:
    rules = rules_in(module.read_text(encoding="utf-8"))

    assert [name for name, docstring in rules.items() if "Source:" not in docstring] == []


def test_control_a_method_without_a_source_is_noticed() -> None:
    rules = rules_in("class Limit:\n    def is_short(self) -> bool:\n        '''Tell.'''\n    def _x(self): ...")

    assert rules == {"Limit.is_short": "Tell."}


def test_the_api_asks_the_rooms_and_never_their_tables() -> None:
    foreign = [
        m for m in MODULES
        if "api" in m.parts and (m.stem in FACING or not OWN_TABLES & set(m.parts)) and ".objects" in m.read_text()
    ]  # fmt: skip

    assert [named(m) for m in foreign] == []


def test_no_module_is_named_for_nothing() -> None:
    assert [named(m) for m in MODULES if {m.stem, m.parent.name} & NAMELESS] == []


def test_no_module_is_two_things() -> None:
    long = {named(m) for m in MODULES if len(m.read_text(encoding="utf-8").splitlines()) > 300}

    assert long <= {"api/problems.py"}, "the one table of errors may be as long as there are errors"


def test_nobody_listens_to_signals_or_overrides_save() -> None:
    heard = [m for m in MODULES if "django.db.models.signals" in m.read_text() or "receiver(" in m.read_text()]
    saved = [m for m in MODULES if "models" in (m.stem, m.parent.name) and any(f.name == "save" for f in functions(m))]

    assert [named(m) for m in heard + saved] == []


@pytest.mark.parametrize("storey", [feedback.models, procedures.models, api.models], ids=lambda m: str(m.__name__))
def test_every_table_stands_behind_its_door(storey: ModuleType) -> None:
    tables = set(apps.get_app_config(storey.__name__.split(".")[0]).get_models())

    assert tables == {getattr(storey, name) for name in storey.__all__}


@pytest.mark.parametrize(
    ("errors", "base"),
    [
        (units.errors, units.errors.UnitsError), (procedures.errors, procedures.errors.ProceduresError),
        (feedback.errors, feedback.errors.FeedbackError), (api.errors, api.errors.ApiError),
    ],
    ids=lambda thing: str(thing.__name__),
)  # fmt: skip
def test_every_refusal_is_told_to_the_client(errors: ModuleType, base: type[Exception]) -> None:
    refusals = {e for _, e in inspect.getmembers(errors, inspect.isclass) if issubclass(e, base) and e is not base}

    untold = {e.__name__ for e in refusals if not any(kind in PROBLEMS for kind in e.__mro__)}
    assert untold - TOLD_BY_ROW == set()


def test_problems_of_one_name_are_one_problem() -> None:
    told: dict[str, set[tuple[int, str, str]]] = {}
    for problem in PROBLEMS.values():
        told.setdefault(problem.slug, set()).add((int(problem.status), problem.vi, problem.en))

    assert {slug for slug, ways in told.items() if len(ways) > 1} == set()


def endpoints(patterns: list[Any], prefix: str = "") -> Iterator[tuple[str, type[Endpoint]]]:
    for pattern in patterns:
        address = f"{prefix}{pattern.pattern}"
        if isinstance(pattern, URLResolver):
            yield from endpoints(pattern.url_patterns, address)
        elif isinstance(pattern, URLPattern) and hasattr(pattern.callback, "view_class"):
            yield address, pattern.callback.view_class


OPERATIONS = [
    (address, view, method.upper())
    for address, view in endpoints(get_resolver().url_patterns)
    for method in ("get", "post", "put", "delete", "patch")
    if hasattr(view, method)
]


@pytest.mark.parametrize(("address", "view", "method"), OPERATIONS, ids=[f"{m} {a}" for a, _, m in OPERATIONS])
def test_every_operation_names_a_scope_that_exists(address: str, view: type[Endpoint], method: str) -> None:
    assert issubclass(view, Endpoint)
    assert view.scopes[method] in ALL_SCOPES | {PUBLIC, SIGNED_IN}


def test_whoever_has_no_account_reaches_only_what_is_meant_for_everybody() -> None:
    public = {f"{method} /{address}" for address, view, method in OPERATIONS if view.scopes[method] == PUBLIC}
    expected = (ROOT / "tests" / "public_operations.txt").read_text(encoding="utf-8").split("\n")

    assert public == {line for line in expected if line}

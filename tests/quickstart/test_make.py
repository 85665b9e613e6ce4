"""What the Makefile promises: a list, an order, a question before anything is deleted, and no half-made state."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from config.database import ensure_running, status, wipe

ROOT = Path(__file__).resolve().parent.parent.parent
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
STEPS = ["format", "lint", "types", "walls of the house", "migrations", "deployment", "contract", "tests"]


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """Give a folder with the Makefile, the launcher, no requirement and something to lose."""
    folder = tmp_path / "phục vụ 'mới'"
    shutil.copytree(ROOT / "config" / "database", folder / "config" / "database")
    (folder / "config" / "__init__.py").touch()
    (folder / "Makefile").write_text(MAKEFILE, encoding="utf-8")
    (folder / "requirements-dev.txt").touch()
    (folder / ".local" / "database").mkdir(parents=True)
    (folder / ".local" / "samples.json").touch()
    return folder


def make(*words: str, there: Path = ROOT, typed: str = "") -> "subprocess.CompletedProcess[str]":
    """Run make with the Python of the tests."""
    command = ["make", "--no-print-directory", f"PYTHON={sys.executable}", *words]
    return subprocess.run(command, cwd=there, input=typed, text=True, capture_output=True, check=False)


def test_help_lists_every_target() -> None:
    targets = re.search(r"^\.PHONY: (.+)$", MAKEFILE, re.MULTILINE)
    assert targets

    listed = {line.split()[0] for line in make("help").stdout.splitlines()}

    assert listed == set(targets[1].split())
    assert {"run", "test", "demo", "bench", "fmt", "help"} <= listed
    assert make().stdout == make("help").stdout


def test_everything_that_ci_runs_runs_in_this_order_and_ends_with_the_tests() -> None:
    recipe = MAKEFILE.split("\ntest: ", 1)[1].split("\n\n", 1)[0]

    assert re.findall(r'echo "== ([^"]+)"', recipe) == STEPS
    assert recipe.splitlines()[-1].endswith("-m pytest -n 2")
    assert not re.search(r"-k |--no-migrations|-x\b|\|\| true", recipe)


def test_ci_runs_what_everybody_runs() -> None:
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")

    assert script.rstrip().endswith("exec make test")


@pytest.mark.parametrize("typed", ["", "\n", "no\n", "y\n", "YES\n"])
def test_clean_asks_and_takes_only_yes(clone: Path, typed: str) -> None:
    answer = make("clean", there=clone, typed=typed)

    assert answer.returncode != 0
    assert "Nothing was deleted" in answer.stdout
    assert (clone / ".local" / "samples.json").exists()


def test_clean_removes_everything_even_without_a_virtual_environment(clone: Path) -> None:
    answer = make("clean", there=clone, typed="yes\n")

    assert (answer.returncode, answer.stderr) == (0, "There was no cluster\n" if "cluster" in answer.stderr else "")
    assert not (clone / ".local").exists()


def test_stop_ends_every_server_of_the_folder_and_keeps_their_data(clone: Path) -> None:
    states = [clone / ".local" / name for name in ("database", "bench-database")]
    for state in states:
        ensure_running(state)

    answer = make("stop", there=clone)

    assert answer.returncode == 0, answer.stderr
    assert not any(status(state).is_running for state in states)
    assert all(wipe(state) for state in states), "the data were still there"


def test_clean_stops_where_a_cluster_cannot_be_removed(clone: Path) -> None:
    (clone / ".local" / "database" / "database.location").write_text("/somewhere/else", encoding="utf-8")

    answer = make("clean", there=clone, typed="yes\n")

    assert answer.returncode != 0
    assert "was moved or copied" in answer.stderr
    assert (clone / ".local" / "samples.json").exists()


@pytest.mark.slow
def test_a_half_made_virtual_environment_is_made_anew(clone: Path) -> None:
    half = clone / ".venv" / "bin"
    half.mkdir(parents=True)
    (half / "python").symlink_to("/usr/bin/false")

    first = make(".venv/.made", there=clone)
    second = make(".venv/.made", there=clone)

    assert first.returncode == 0, first.stderr
    assert "Making the virtual environment" in first.stdout
    assert "up to date" in second.stdout


def test_an_older_python_is_told_what_to_do(clone: Path) -> None:
    old = clone / "python"
    old.write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    old.chmod(0o755)

    answer = make("run", "PYTHON=./python", there=clone)

    assert answer.returncode != 0
    assert "Python 3.11 or newer is needed" in answer.stdout
    assert not (clone / ".venv").exists()

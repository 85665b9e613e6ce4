"""The environment is told in one message, and nothing in this repository is a secret that would do."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from config.env import Environment

ROOT = Path(__file__).resolve().parent.parent
NEEDED = {"SECRET_KEY", "SECRECY_KEYS", "ALLOWED_HOSTS", "PUBLIC_BASE_URL", "DATABASE_URL"}
GOOD = {
    "SECRET_KEY": "kH8d_0xq2-Lw7TzR4vNsY1mB9cPfJ6gQ3uEa5oWi-Zb4Xn7rTy2",
    "SECRECY_KEYS": "k1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
    "ALLOWED_HOSTS": "phucvu.example",
    "PUBLIC_BASE_URL": "https://phucvu.example",
    "DATABASE_URL": "postgresql://phucvu_app:p%40ss@127.0.0.1:5432/phucvu",
    "TRUSTED_PROXIES": "1",
}


def started(variables: dict[str, str], *words: str) -> "subprocess.CompletedProcess[str]":
    """Run a command of the service with exactly these variables."""
    command = [sys.executable, "-W", "error", str(ROOT / "manage.py"), *(words or ("check",))]
    environment = {"PATH": os.defpath, **variables}
    return subprocess.run(command, env=environment, cwd=ROOT, text=True, capture_output=True, check=False)


def named(text: str) -> set[str]:
    """Return the variables that a message names."""
    return set(re.findall(r"^  - ([A-Z_]+): ", text, re.MULTILINE))


def examples() -> dict[str, str]:
    """Return .env.example as the plainest reader takes it: everything behind the first = is the value."""
    lines = (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if re.match(r"[A-Z_]+=", line))


def refusal(name: str, value: str, read: str, **options: Any) -> str:
    """Read one variable; return what is wrong with it."""
    env = Environment({name: value})
    getattr(env, read)(name, **options)
    return "\n".join(env.problems)


def test_everything_that_is_missing_is_named_in_one_message() -> None:
    answer = started({})

    assert answer.returncode == 1
    assert named(answer.stderr) == NEEDED
    assert "Traceback" not in answer.stderr


def test_everything_that_is_malformed_is_named_in_one_message() -> None:
    wrong = {
        "SECRET_KEY": "short", "SECRECY_KEYS": "k1:AAAA", "ALLOWED_HOSTS": "*", "PUBLIC_BASE_URL": "phucvu.example",
        "DATABASE_URL": "mysql://x/y", "SERVED_OVER_TLS": "yes", "TRUSTED_PROXIES": "-1", "LOG_LEVEL": "loud",
        "RATE_LIMIT_CLIENT": "0", "SECRET_KEY_FALLBACKS": "old", "OIDC_ISSUER": "https://id.example",
    }  # fmt: skip

    answer = started(wrong)

    assert answer.returncode == 1
    assert named(answer.stderr) == set(wrong) - {"OIDC_ISSUER"} | {"OIDC_AUDIENCE", "OIDC_JWKS_URL"}


def test_the_example_is_no_setting_that_starts() -> None:
    answer = started(examples())

    assert answer.returncode == 1
    assert named(answer.stderr) == NEEDED


def test_the_example_lists_every_variable_that_is_read() -> None:
    settings = (ROOT / "config" / "settings.py").read_text(encoding="utf-8")
    read = set(re.findall(r'env\.[a-z_]+\(\s*"([A-Z_]+)"', settings))

    assert read == set(examples())


def test_a_complete_environment_is_ready_to_be_deployed() -> None:
    answer = started(GOOD, "check", "--deploy", "--fail-level", "WARNING")

    assert (answer.returncode, answer.stderr) == (0, "")


def test_a_database_that_is_away_is_told_without_a_traceback() -> None:
    answer = started(GOOD | {"DATABASE_URL": "postgresql://phucvu_app@127.0.0.1:1/phucvu"}, "migrate")

    assert answer.returncode == 1
    assert answer.stderr.startswith("Error: the database of DATABASE_URL")
    assert "Traceback" not in answer.stderr


@pytest.mark.parametrize("name", ["SECRET_KEY", "SECRECY_KEYS"])
def test_no_secret_has_a_default(name: str) -> None:
    answer = started({key: value for key, value in GOOD.items() if key != name})

    assert answer.returncode == 1
    assert named(answer.stderr) == {name}


@pytest.mark.parametrize("value", ["", "x" * 64, "secret" * 8, "abcdefg" * 9])
def test_a_secret_that_could_be_guessed_is_refused(value: str) -> None:
    assert refusal("SECRET_KEY", value, "secret").startswith("SECRET_KEY: ")


@pytest.mark.parametrize(
    ("value", "read", "options"),
    [
        ("k1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "keys", {}),
        (f"{GOOD['SECRECY_KEYS']},{GOOD['SECRECY_KEYS']}", "keys", {}),
        ("k1:not base64", "keys", {}),
        (GOOD["SECRECY_KEYS"].removeprefix("k1:"), "keys", {}),
        ("1e3", "number", {"default": 1}),
        ("١", "number", {"default": 1}),
        ("True ", "flag", {"default": True}),
        ("ftp://host", "address", {}),
        ("https://", "address", {}),
        ("https://[::1", "address", {}),
        ("https://host/?q=1", "address", {}),
        ("phucvu.example,*.example", "hosts", {}),
        ("https://phucvu.example", "hosts", {}),
        (" , ", "hosts", {}),
        ("postgresql://u:p@h/", "database", {}),
        ("postgresql://u:p@h:port/d", "database", {}),
        ("postgresql://u:p@h/d?sslmod=require", "database", {}),
    ],
    ids=str,
)
def test_a_malformed_variable_is_named(value: str, read: str, options: dict[str, Any]) -> None:
    assert refusal("NAME", value, read, **options).startswith("NAME: ")


def test_what_is_wrong_with_an_address_tells_nothing_of_its_password() -> None:
    assert "tuyệt/mật" not in refusal("DATABASE_URL", "postgresql://u:tuyệt/mật@h/d", "database")
    assert "12/34" not in refusal("DATABASE_URL", "postgresql://u:12/34@h/d", "database")


def test_an_address_of_a_database_is_taken_apart() -> None:
    env = Environment({"DATABASE_URL": "postgresql://u%40x:p%2Fw@[::1]:5433/t%C3%AAn?sslmode=verify-full"})

    told = env.database("DATABASE_URL")

    assert (told["USER"], told["PASSWORD"], told["HOST"], told["PORT"]) == ("u@x", "p/w", "::1", "5433")
    assert (told["NAME"], told["OPTIONS"], env.problems) == ("tên", {"sslmode": "verify-full"}, [])


def test_a_secret_may_lie_in_a_file(tmp_path: Path) -> None:
    kept = tmp_path / "khoá"
    kept.write_text(f"{GOOD['SECRET_KEY']}\n", encoding="utf-8")

    env = Environment({"SECRET_KEY_FILE": str(kept), "OTHER_FILE": str(tmp_path / "không có")})

    assert env.secret("SECRET_KEY") == GOOD["SECRET_KEY"]
    env.secret("OTHER")
    with pytest.raises(ImproperlyConfigured, match="OTHER_FILE: cannot be read"):
        env.finish()

"""The only reader of the environment: typed, and every missing or malformed variable told in one message."""

import base64
import binascii
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

T = TypeVar("T")
SHORTEST_SECRET = 50  # what `check --deploy` asks for
KEY_BYTES = 32
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
DATABASE_SHAPE = "must look like postgresql://user:password@host:port/database; %-encode signs in the password"
DATABASE_OPTIONS = frozenset({"sslmode", "sslrootcert", "sslcert", "sslkey", "application_name"})


@dataclass
class Environment:
    """Variables read so far, and what is wrong with them.

    `NAME_FILE` may stand for any `NAME`: its content is the value, as secret stores mount it.
    """

    variables: dict[str, str] = field(default_factory=lambda: dict(os.environ))
    problems: list[str] = field(default_factory=list)

    def text(self, name: str, default: str | None = None) -> str:
        """Return the variable as it stands; without a default it must be there."""
        return self._read(name, str, default)

    def secret(self, name: str) -> str:
        """Return a secret of at least 50 characters; there is no default."""
        return self._read(name, _long_enough, None)

    def flag(self, name: str, *, default: bool) -> bool:
        """Return true or false."""
        return self._read(name, _flag, default)

    def number(self, name: str, default: int, *, least: int = 0) -> int:
        """Return a whole number that is not below the least."""
        return self._read(name, lambda raw: _number(raw, least=least), default)

    def names(self, name: str, default: str | None = None) -> list[str]:
        """Return the comma-separated words of the variable; without a default there must be one."""
        return self._read(name, _words, _split(default) if default is not None else None) or []

    def hosts(self, name: str) -> list[str]:
        """Return exact names of hosts."""
        return self._read(name, _hosts, None) or []

    def retired_secrets(self, name: str) -> list[str]:
        """Return secrets that are still honoured: as long as new ones, or none at all."""
        return self._read(name, lambda raw: [_long_enough(secret) for secret in _words(raw)], [])

    def address(self, name: str) -> str:
        """Return the address of a web site, without a slash at its end."""
        return self._read(name, _address, None) or ""

    def level(self, name: str, default: str) -> str:
        """Return the name of a log level."""
        return self._read(name, _level, default)

    def keys(self, name: str) -> dict[str, bytes]:
        """Return `id:base64` pairs of 32-byte keys; the first is the one that new data is sealed with."""
        return self._read(name, _key_ring, None) or {}

    def database(self, name: str) -> dict[str, Any]:
        """Return Django's settings of a `postgresql://` address."""
        return self._read(name, _database, None) or {}

    def finish(self) -> None:
        """Raise one ImproperlyConfigured that names everything that is missing or malformed."""
        if self.problems:
            lines = "\n".join(f"  - {problem}" for problem in dict.fromkeys(self.problems))
            raise ImproperlyConfigured(f"The environment is not complete (see .env.example):\n{lines}")

    def _read(self, name: str, parse: Callable[[str], T], default: T | None) -> T:
        raw = self.variables.get(name)
        if raw is None and (path := self.variables.get(f"{name}_FILE")):
            try:
                raw = Path(path).read_text(encoding="utf-8").strip()
            except OSError as error:
                self.problems.append(f"{name}_FILE: cannot be read ({error.strerror})")
                return parse("") if parse is str else default  # type: ignore[return-value]
        if raw is None or raw == "":
            if default is None:
                self.problems.append(f"{name}: missing")
                return "" if parse in {str, _long_enough} else default  # type: ignore[return-value]
            return default
        try:
            return parse(raw)
        except ValueError as error:
            self.problems.append(f"{name}: {error}")
            return "" if parse in {str, _long_enough} else default  # type: ignore[return-value]


def _long_enough(raw: str) -> str:
    if len(raw) < SHORTEST_SECRET or len(set(raw)) < SHORTEST_SECRET // 4:
        raise ValueError(f"a secret needs at least {SHORTEST_SECRET} random characters")
    return raw


def _split(raw: str) -> list[str]:
    return [word for word in (part.strip() for part in raw.split(",")) if word]


def _words(raw: str) -> list[str]:
    if words := _split(raw):
        return words
    raise ValueError("must hold at least one word, separated by commas")


def _hosts(raw: str) -> list[str]:
    hosts = _words(raw)
    if any(not host.isascii() or set(host) & set("*/ #:@") for host in hosts):
        raise ValueError("must be exact names of hosts, separated by commas")
    return hosts


def _number(raw: str, *, least: int) -> int:
    if not (raw.isascii() and raw.isdigit()) or int(raw) < least:
        raise ValueError(f"must be a whole number, {least} or more")
    return int(raw)


def _level(raw: str) -> str:
    if raw not in LOG_LEVELS:
        raise ValueError(f"must be one of {', '.join(LOG_LEVELS)}")
    return raw


def _address(raw: str) -> str:
    try:
        parts = urlsplit(raw)
        is_whole = parts.scheme in {"http", "https"} and parts.hostname and not (parts.query or parts.fragment)
    except ValueError:
        is_whole = False
    if not is_whole or any(sign.isspace() for sign in raw):
        raise ValueError("must look like https://host")
    return raw.rstrip("/")


def _flag(raw: str) -> bool:
    if raw.lower() not in {"true", "false"}:
        raise ValueError("must be true or false")
    return raw.lower() == "true"


def _key_ring(raw: str) -> dict[str, bytes]:
    ring: dict[str, bytes] = {}
    for pair in raw.split(","):
        name, _, encoded = pair.strip().partition(":")
        try:
            key = base64.b64decode(encoded, validate=True)
        except binascii.Error as error:
            raise ValueError("each key is written id:base64") from error
        if not name or name in ring or len(key) != KEY_BYTES or len(set(key)) < KEY_BYTES // 4:
            raise ValueError(f"each key is written id:base64, has an id of its own and holds {KEY_BYTES} random bytes")
        ring[name] = key
    return ring


def _database(raw: str) -> dict[str, Any]:
    try:
        address = urlsplit(raw)
        port = address.port
    except ValueError:  # its words would quote a part of the password
        raise ValueError(DATABASE_SHAPE) from None
    options = dict(parse_qsl(address.query, keep_blank_values=True))
    if address.scheme not in {"postgresql", "postgres"} or not address.path.strip("/") or address.fragment:
        raise ValueError(DATABASE_SHAPE)
    if unknown := sorted(set(options) - DATABASE_OPTIONS):
        raise ValueError(f"knows no option {', '.join(unknown)}; it may have {', '.join(sorted(DATABASE_OPTIONS))}")
    return {
        "ENGINE": "config.postgresql",
        "NAME": unquote(address.path.lstrip("/")),
        "USER": unquote(address.username or ""),
        "PASSWORD": unquote(address.password or ""),
        "HOST": address.hostname or "",
        "PORT": str(port or ""),
        "OPTIONS": options,
    }

"""Sample machines and people of a local service. Never for a service that others can reach."""

import json
import os
import secrets
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.timezone import now

from api.access.samples import CLIENTS, PEOPLE, are_live, renew_client, renew_person
from api.access.services.accounts import fresh_seed


class Command(BaseCommand):
    help = "Tạo phần mềm và tài khoản mẫu cho máy này; ghi mật khẩu vào FILE (0600). Chạy lại không đổi gì."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--to", required=True, type=Path, metavar="FILE")

    def handle(self, *_args: Any, **options: Any) -> None:
        if settings.SERVED_OVER_TLS:
            raise CommandError("Chỉ dùng trên máy cá nhân (SERVED_OVER_TLS=false).")
        path: Path = options["to"]
        if are_live(_known(path), now=now()):
            self.stdout.write(f"{path}: still works, nothing changed")
            return
        made: dict[str, Any] = {"clients": {}, "accounts": {}}
        for client_id, draft in CLIENTS.items():
            made["clients"][client_id] = {"client_secret": renew_client(client_id, draft, now=now())}
        for username, person in PEOPLE.items():
            password, seed = secrets.token_urlsafe(16), fresh_seed()
            renew_person(username, person, password=password, seed=seed, now=now())
            made["accounts"][username] = {"password": password, "totp_seed": seed}
        _write(path, made)
        self.stdout.write(f"{path}: {len(CLIENTS)} clients, {len(PEOPLE)} accounts")


def _known(path: Path) -> dict[str, Any]:
    try:
        return json.loads(path.read_text(encoding="utf-8"))  # type: ignore[no-any-return]
    except (OSError, ValueError):
        return {}


def _write(path: Path, made: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(f".{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_CREAT | os.O_WRONLY | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        json.dump(made, file, indent=2)
    draft.replace(path)

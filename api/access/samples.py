"""The sample machines and people that `make run` shows the service with."""

import datetime as dt
import secrets
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.hashers import check_password

from api.access.models import Account, ApiClient
from api.access.scopes import ALL_SCOPES
from api.access.services.accounts import LocalSignIn, Person, change_account, create_account
from api.access.services.clients import (
    OPERATOR,
    ClientDraft,
    change_client,
    create_client,
    new_secret,
    secret_in_use,
    written,
)
from units.models import Official
from units.queries import official_with_code, postings_of, unit_with_code
from units.services import add_posting, put_official


@dataclass(frozen=True)
class Sample:
    """A sample person; `official` and `boundary` are codes, "" is no official and the whole province."""

    display_name: str
    scopes: list[str]
    official: str = ""
    boundary: str = ""


@dataclass(frozen=True)
class SampleOfficial:
    """An official whom a sample person is; accounts are bound to officials at the command line only."""

    name: str
    post: str
    is_head: bool = False


UNIT = "gso2025:23500"
SINCE = dt.date(2025, 7, 1)
OFFICIALS = {
    "MAU-11": SampleOfficial("Trần Tiếp Nhận Mẫu", "Công chức tiếp nhận và trả kết quả"),
    "MAU-13": SampleOfficial("Phạm Lãnh Đạo Mẫu", "Chủ tịch Ủy ban nhân dân xã", is_head=True),
}
CLIENTS = {
    "motcua-mau": ClientDraft(
        name="Phần mềm một cửa mẫu",
        scopes=["procedures:read", "transactions:read", "transactions:write", "units:read"],
        source="motcua-mau",
    ),
    "quay-mau": ClientDraft(
        name="Máy tính bảng tại quầy mẫu", scopes=["ratings:write"], source="quay-mau", is_trusted_counter=True
    ),
    "thi-dua-mau": ClientDraft(name="Phần mềm thi đua mẫu", scopes=["assessments:read", "events:read"]),
    "quan-tri-mau": ClientDraft(name="Bàn điều khiển quản trị mẫu", scopes=sorted(ALL_SCOPES)),
}
PEOPLE = {
    "thanhtra.mau": Sample(
        display_name="Thanh Tra Mẫu",
        scopes=[
            "complaints:handle", "complaints:read", "monitoring:read", "ratings:manage", "ratings:read",
            "transactions:read", "units:read",
        ],
    ),
    "truongphong.mau": Sample(
        display_name="Phạm Lãnh Đạo Mẫu", scopes=["exclusions:propose", "monitoring:read", "ratings:read"],
        official="MAU-13", boundary=UNIT,
    ),
    "canbo.mau": Sample(display_name="Trần Tiếp Nhận Mẫu", scopes=["complaints:read"], official="MAU-11"),
    "noivu.mau": Sample(
        display_name="Nội Vụ Mẫu",
        scopes=[
            "assessments:manage", "assessments:publish", "assessments:read", "exclusions:decide", "monitoring:read",
        ],
    ),
}  # fmt: skip


def are_live(known: dict[str, Any], *, now: dt.datetime) -> bool:
    """Tell whether written credentials still are those of every sample, with the rights they should have."""
    clients, accounts = known.get("clients", {}), known.get("accounts", {})
    if set(clients) != set(CLIENTS) or set(accounts) != set(PEOPLE):
        return False
    return all(_is_live_client(name, said["client_secret"], now=now) for name, said in clients.items()) and all(
        _is_live_person(name, said["password"]) for name, said in accounts.items()
    )


def renew_client(client_id: str, draft: ClientDraft, *, now: dt.datetime) -> str:
    """Make a sample machine, or bring it up to date with a new secret; return the secret."""
    secret = written(secrets.token_hex(16))
    if ApiClient.objects.filter(client_id=client_id).exists():
        change_client(client_id=client_id, draft=draft, by=OPERATOR, now=now, check=lambda _version: None)
        new_secret(client_id=client_id, secret=secret, by=OPERATOR, now=now)
    else:
        create_client(client_id=client_id, draft=draft, secret=secret, by=OPERATOR, now=now)
    return secret


def renew_person(username: str, sample: Sample, *, password: str, seed: str, now: dt.datetime) -> None:
    """Make a sample person, or give the one that is there a new password and key."""
    person = Person(
        display_name=sample.display_name,
        scopes=sample.scopes,
        boundary=unit_with_code(code=sample.boundary) if sample.boundary else None,
        official=_official(sample.official, now=now) if sample.official else None,
    )
    local = LocalSignIn(username=username, password=password, seed=seed)
    if account := Account.objects.filter(username=username).first():
        change_account(account_id=account.pk, person=person, is_active=True, local=local, now=now)
    else:
        create_account(person=person, local=local, now=now)


def _official(code: str, *, now: dt.datetime) -> Official:
    """Return a sample official, registered and posted if he was not."""
    told, unit = OFFICIALS[code], unit_with_code(code=UNIT)
    official, _ = put_official(code=code, name=told.name, by=OPERATOR.id, now=now)
    if not postings_of(official_id=official.pk).exists():
        add_posting(
            official=official, home_unit=unit, serving_unit=unit, post=told.post, is_head=told.is_head,
            valid_from=SINCE, by=OPERATOR.id, now=now,
        )  # fmt: skip
    return official_with_code(code=code)


def _is_live_client(client_id: str, secret: str, *, now: dt.datetime) -> bool:
    client = ApiClient.objects.filter(client_id=client_id, is_active=True).first()
    same = client is not None and set(client.scopes) == set(CLIENTS[client_id].scopes)
    return same and secret_in_use(client=client, secret=secret, now=now) is not None


def _is_live_person(username: str, password: str) -> bool:
    account = Account.objects.filter(username=username, is_active=True).first()
    same = account is not None and _rights_of(account) == _rights_told(PEOPLE[username])
    return same and account is not None and check_password(password, account.password)


def _rights_of(account: Account) -> tuple[set[str], str, str]:
    official, boundary = account.official, account.boundary
    return set(account.scopes), official.code if official else "", boundary.code if boundary else ""


def _rights_told(sample: Sample) -> tuple[set[str], str, str]:
    return set(sample.scopes), sample.official, sample.boundary

"""The kinds of callers there are: those of `make run`, a citizen without an account, and a head with a boundary."""

import datetime as dt
from collections.abc import Callable

from api.access.samples import CLIENTS, PEOPLE
from tests.contract_client import ContractClient
from units.models import Unit


def _machine(name: str) -> Callable[[], ContractClient]:
    draft = CLIENTS[name]
    return lambda: ContractClient().machine(
        *draft.scopes, source=draft.source, is_trusted_counter=draft.is_trusted_counter
    )


def _person(name: str) -> Callable[[], ContractClient]:
    return lambda: ContractClient().signed_in(*PEOPLE[name].scopes)


def _head() -> ContractClient:
    today = dt.datetime.now(dt.UTC).date()
    commune = Unit.objects.filter(versions__kind="commune", versions__valid__contains=today).order_by("id")[0]
    return ContractClient().signed_in(*PEOPLE["truongphong.mau"].scopes, boundary=commune)


KINDS: dict[str, Callable[[], ContractClient]] = {
    "citizen": ContractClient,
    "vendor": _machine("motcua-mau"),
    "counter": _machine("quay-mau"),
    "inspector": _person("thanhtra.mau"),
    "head": _head,
    "affairs": _person("noivu.mau"),
    "consumer": _machine("thi-dua-mau"),
    "admin": _machine("quan-tri-mau"),
}

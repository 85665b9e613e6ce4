"""Machines and people with known credentials, made through our own services."""

import base64
import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from api.access.models import ApiClient
from api.access.services.clients import OPERATOR, ClientDraft, create_client, written
from tests.contract_client import ContractClient
from units.models import Unit

FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class KnownClient:
    """A machine whose secret the test knows."""

    row: ApiClient
    secret: str

    @property
    def basic(self) -> dict[str, str]:
        """The header by which it authenticates."""
        pair = base64.b64encode(f"{self.row.client_id}:{self.secret}".encode()).decode()
        return {"Authorization": f"Basic {pair}"}


def make_client(*scopes: str, boundary: Unit | None = None, **said: Any) -> KnownClient:
    """Register a machine."""
    secret = written(uuid.uuid4().hex)
    draft = ClientDraft(name="Phần mềm mẫu", scopes=list(scopes), boundary=boundary, **said)
    row = create_client(
        client_id=f"may-{uuid.uuid4()}", draft=draft, secret=secret, by=OPERATOR, now=dt.datetime.now(dt.UTC)
    )
    return KnownClient(row, secret)


def ask_token(api: ContractClient, client: KnownClient | None, form: str = "grant_type=client_credentials") -> Any:
    """POST /oauth/token with HTTP Basic."""
    return api.post("/oauth/token", form, content_type=FORM, headers=client.basic if client else {})


def bearing(token: str) -> ContractClient:
    """Return a client that sends this token."""
    client = ContractClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
    return client


def signed_in(api: ContractClient, client: KnownClient) -> ContractClient:
    """Return a client that holds a fresh token of this machine."""
    return bearing(ask_token(api, client).json()["access_token"])

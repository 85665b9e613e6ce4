"""What is done with machines and people."""

from api.access.services.accounts import change_account, create_account, sign_in
from api.access.services.clients import change_client, create_client, new_secret, revoke_secret

__all__ = [
    "change_account",
    "change_client",
    "create_account",
    "create_client",
    "new_secret",
    "revoke_secret",
    "sign_in",
]

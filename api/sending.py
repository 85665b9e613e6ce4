"""A caller as the transactions room knows the sender of a message."""

from typing import TypedDict

from api.principals import Principal


class AsSender(TypedDict):
    """What `receive` wants to know of a sender (procedures.transactions.services)."""

    source: str
    client_id: str
    boundary: int | None
    may_overwrite: bool
    may_read: bool


def as_sender(by: Principal) -> AsSender:
    """Return the sender that a caller is; without a name of a source he is a source of his own."""
    return {
        "source": by.source or by.id,
        "client_id": by.id,
        "boundary": by.boundary,
        "may_overwrite": by.may("transactions:overwrite"),
        "may_read": by.may("transactions:read"),
    }

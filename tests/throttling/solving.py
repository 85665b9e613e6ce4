"""A citizen who does the work he is asked for."""

from typing import Any

import altcha

from tests.contract_client import ContractClient


def solved(challenge: dict[str, Any]) -> str:
    """Return the X-Altcha header that answers a challenge."""
    return payload(challenge).to_base64()


def payload(challenge: dict[str, Any]) -> altcha.Payload:
    """Return challenge and solution together."""
    wanted = altcha.Challenge.from_dict(challenge)
    solution = altcha.solve_challenge(wanted)
    assert solution is not None
    return altcha.Payload(wanted, solution)


def challenge_of(api: ContractClient, path: str, body: dict[str, Any]) -> dict[str, Any]:
    """Ask without work, and return what is to be solved."""
    answer = api.once(path, body)
    assert answer.json()["type"].endswith("/challenge-required"), answer.content
    challenge: dict[str, Any] = answer.json()["challenge"]
    return challenge

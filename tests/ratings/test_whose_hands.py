"""What passed through a unit's own hands is no hiding place: who sent four of five reads the fifth (S11)."""

import datetime as dt
import uuid
from typing import Any

import pytest

from feedback.models import Rating
from feedback.ratings.services import Draft, rate_at_counter, rate_by_right, release
from feedback.vocabulary import HelperRole, RatingChannel
from procedures.vocabulary import StepKind
from tests.builders.ratings import a_dossier, a_right, a_unit, an_official, give
from tests.contract_client import ContractClient
from tests.ratings.test_summaries import at

LATER = dt.date(2026, 5, 1)
AT_COUNTER, TYPED_IN, BY_RELATIVE = "at the counter", "typed in by an official", "typed in by a relative"


def a_draft(**said: Any) -> Draft:
    whole: dict[str, Any] = {
        "id": uuid.uuid4(), "form": "THANH_HOA_3", "form_version": None, "answers": {"overall": 3}, "comment": "",
        "channel": RatingChannel.WEB, "helper_role": None, "helper_code": "", "rated_at": None,
    }  # fmt: skip
    return Draft(**whole | said)


def handed_in(how: str, number: int) -> None:
    """Give so many ratings with a comment in this way."""
    for place in range(number):
        transaction, comment = a_dossier(unit=a_unit()), f"Tốt {place}"
        if how == AT_COUNTER:
            draft = a_draft(comment=comment, channel=RatingChannel.KIOSK)
            rate_at_counter(draft=draft, transaction_id=transaction.pk, step=StepKind.RECEPTION, now=at(1))
            continue
        helper: dict[str, Any] = {"helper_role": HelperRole.RELATIVE}
        if how == TYPED_IN:
            helper = {"helper_role": HelperRole.OFFICIAL, "helper_code": an_official("CB-90").code}
        _, secret = a_right(transaction, at=at(0))
        rate_by_right(draft=a_draft(comment=comment, **helper), secret=secret, now=at(1))


def by_citizens(number: int) -> None:
    for _ in range(number):
        give(a_dossier(unit=a_unit()), at=at(1), value=1, comment="Chị ấy quát tôi")


def told(api: ContractClient) -> tuple[list[tuple[bool, int, int]], set[str]]:
    """Return of each cell whether it is self-given, how many answered and how many are dissatisfied; and comments."""
    reader = api.signed_in("ratings:read", boundary=a_unit())
    cells = reader.get("/rating-summaries").json()["results"]
    comments = reader.get("/rating-comments").json()["results"]
    return (
        sorted((one["is_self_given"], one["answered"], one["dissatisfied"]) for one in cells),
        {one["comment"] for one in comments},
    )


@pytest.mark.parametrize("how", [AT_COUNTER, TYPED_IN])
def test_a_unit_that_sent_four_itself_does_not_read_the_fifth(api: ContractClient, how: str) -> None:
    handed_in(how, 4)
    by_citizens(1)

    release(today=LATER)

    assert told(api) == ([], set())


@pytest.mark.parametrize("how", [AT_COUNTER, TYPED_IN])
def test_five_of_either_kind_are_a_cell_of_their_own(api: ContractClient, how: str) -> None:
    handed_in(how, 5)
    by_citizens(6)

    release(today=LATER)

    cells, comments = told(api)
    assert cells == [(False, 5, 0), (True, 6, 6)]
    assert comments == {*(f"Tốt {place}" for place in range(5)), "Chị ấy quát tôi"}


def test_whom_a_relative_helped_gave_it_by_himself(api: ContractClient) -> None:
    handed_in(BY_RELATIVE, 4)
    by_citizens(1)

    release(today=LATER)

    assert told(api)[0] == [(True, 5, 1)]
    assert Rating.objects.count() == 5

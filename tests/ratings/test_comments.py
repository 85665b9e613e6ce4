"""Comments below the inspectorate: masked, five and more at once, late, and never with a day or a procedure."""

import datetime as dt
import json

import pytest

from feedback.models import Rating, RatingComment
from feedback.ratings.services import decide, release
from feedback.vocabulary import RatingState
from procedures.models import Message, Transaction
from procedures.transactions.queries import applicant_names, names_by_dossier
from procedures.transactions.services import IncomingMessage
from tests.adapters.histories import histories, sent_with
from tests.builders.ratings import MORNING, MUCH_LATER, a_dossier, a_unit, give
from tests.builders.transactions import a_snapshot, tell
from tests.contract_client import ContractClient, faults, problem
from tests.ratings.test_summaries import MONDAY, at

TOLD_FROM = MONDAY + dt.timedelta(days=14)
"""A week after that week."""


def commented(number: int, *, day: int = 1, nth_unit: int = 0) -> list[str]:
    """Return what was written, in the order in which it was."""
    words = [f"Chờ lâu {day}.{place} ở quầy {nth_unit}" for place in range(number)]
    for place, comment in enumerate(words):
        give(a_dossier(unit=a_unit(nth_unit)), at=at(day, 8 + place), comment=comment)
    return words


def read(api: ContractClient, query: str = "") -> list[str]:
    rows = api.signed_in("ratings:read").get(f"/rating-comments{query}").json()["results"]
    assert all(set(row) == {"id", "unit", "comment"} for row in rows)
    return [row["comment"] for row in rows]


def test_comments_are_told_when_five_of_a_unit_wait_and_their_week_is_a_week_over(api: ContractClient) -> None:
    words = commented(5)
    commented(4, nth_unit=1)

    early = release(today=TOLD_FROM - dt.timedelta(days=1))[1], read(api)
    due = release(today=TOLD_FROM)[1], set(read(api))

    assert (early, due) == ((0, []), (5, set(words)))


def test_one_more_comment_waits_for_four_others(api: ContractClient) -> None:
    commented(5)
    release(today=TOLD_FROM)
    commented(4, day=8)
    few = release(today=TOLD_FROM + dt.timedelta(days=7))[1]

    commented(1, day=15)
    enough = release(today=TOLD_FROM + dt.timedelta(days=14))[1]

    assert (few, enough, len(read(api))) == (0, 5, 10)


def test_their_order_is_drawn_by_lot_and_stays(api: ContractClient) -> None:
    words = commented(8)
    release(today=TOLD_FROM)

    first, again = read(api), read(api)

    assert first == again
    assert sorted(first) == words
    ids = list(RatingComment.objects.order_by("pk").values_list("pk", flat=True))
    assert all(one.version == 4 for one in ids)
    assert [str(one) for one in ids] == [row["id"] for row in rows_of(api)]


def rows_of(api: ContractClient) -> list[dict[str, str]]:
    return api.signed_in("ratings:read").get("/rating-comments").json()["results"]  # type: ignore[no-any-return]


def test_neither_the_rows_nor_the_table_keep_the_order_of_writing() -> None:
    """By lot, so one try in 40,320 is the old order: three batches are tried."""
    orders = []
    for week in range(3):
        words = commented(8, day=1 + 7 * week, nth_unit=week)
        release(today=TOLD_FROM + dt.timedelta(days=7 * week))
        rows = RatingComment.objects.filter(unit=a_unit(week))
        orders += [list(rows.order_by(key).values_list("text", flat=True)) == words for key in ("pk",)]
        orders += [[row.text for row in RatingComment.objects.raw(IN_PLACE, [a_unit(week).pk])] == words]

    assert not all(orders[::2])
    assert not all(orders[1::2])


IN_PLACE = "SELECT * FROM feedback_ratingcomment WHERE unit_id = %s ORDER BY ctid"


def test_what_tells_who_wrote_it_is_masked_and_what_was_put_aside_is_not_told(api: ContractClient) -> None:
    commented(5)
    give(a_dossier(), at=at(1), comment="Gọi tôi 0905123456")
    aside = give(a_dossier(), at=at(1), comment="Bịa đặt")
    decide(rating_id=aside.pk, state=RatingState.QUARANTINED, reason="Dồn dập", by="x", now=at(2))

    release(today=TOLD_FROM)

    assert "Gọi tôi •••" in read(api)
    assert "Bịa đặt" not in read(api)


NAMING = "Nhà anh Nguyễn Văn Mẫu chờ lâu"
NAMELESS = "Nhà anh ••• chờ lâu"


def named(transaction: Transaction, *, minute: int = 1, **said: str) -> None:
    """Tell a later state of a dossier whose body says this as well."""
    at = MORNING + dt.timedelta(minutes=minute)
    state = a_snapshot(
        dossier_code=transaction.dossier_code, source_updated_at=at, status="processing", received_at=MORNING,
        due_at=MUCH_LATER, ended_at=None, receiving_unit_code=a_unit().code, settling_unit_code=a_unit().code,
    )  # fmt: skip
    (result,) = tell(
        IncomingMessage(raw=json.dumps({"minute": minute, **said}).encode(), told=(state,)), now=MUCH_LATER
    )
    assert not result.is_rejected, result.faults


def test_an_applicant_named_after_his_comment_came_is_taken_out_of_it_as_well(api: ContractClient) -> None:
    commented(4)
    code = "000.16.30.H34-240304-0001"
    give(a_dossier(dossier_code=code, unit=a_unit()), at=at(1), comment=NAMING)

    sent_with(histories()["H01"].letters[:1], api.machine("transactions:write"))
    release(today=TOLD_FROM + dt.timedelta(days=30))

    assert Rating.objects.get(comment=NAMING).comment_masked == NAMING
    assert NAMELESS in read(api)
    assert NAMING not in read(api)


def test_what_was_taken_out_stays_out_when_the_name_is_known_no_more(api: ContractClient) -> None:
    commented(4)
    transaction = a_dossier(unit=a_unit())
    named(transaction, ChuHoSo="Nguyễn Văn Mẫu")
    give(transaction, at=at(1), comment=NAMING)

    Message.objects.update(raw_sealed=b"")
    release(today=TOLD_FROM)

    assert NAMELESS in read(api)


@pytest.mark.parametrize("messages", [0, 1, 19, 20, 45])
def test_the_names_of_many_dossiers_are_those_of_each(messages: int) -> None:
    dossiers = [a_dossier() for _ in range(3)]
    for dossier, name in zip(dossiers, ("Nguyễn Văn Mẫu", "Trần Thị Na", ""), strict=True):
        named(dossier, ChuHoSo=name)
    for minute in range(2, 2 + messages):
        named(dossiers[0], minute=minute)

    names = names_by_dossier(dossier_codes=[one.dossier_code for one in dossiers])

    assert list(map(set, names.values())) == [{"Nguyễn Văn Mẫu"}, {"Trần Thị Na"}, set()]
    assert names == {code: applicant_names(dossier_code=code) for code in names}


def test_a_head_reads_those_of_his_part_and_asks_by_unit_only(api: ContractClient) -> None:
    commented(5)
    mine = commented(5, nth_unit=1)
    release(today=TOLD_FROM)
    head = api.signed_in("ratings:read", boundary=a_unit(1))

    rows = head.get("/rating-comments").json()["results"]

    assert {row["comment"] for row in rows} == set(mine)
    assert set(read(api, f"?unit={a_unit(1).code}")) == set(mine)
    assert faults(head.get("/rating-comments?step=reception&week_from=2026-03-02")) == {
        ("step", "unknown_parameter"), ("week_from", "unknown_parameter"),
    }  # fmt: skip
    assert problem(api.signed_in("ratings:manage").get("/rating-comments")) == (403, "forbidden")

import datetime as dt
from decimal import Decimal
from typing import Any

from feedback.models import Rating
from feedback.ratings.queries import RatingCounts, dissatisfied_transactions, eligible_transactions, rating_counts
from procedures.models import Transaction
from procedures.vocabulary import StepKind
from tests.builders.ratings import a_dossier, a_right, a_submission, a_unit, an_official, serve
from tests.contract_client import ContractClient

FIRST, AFTER = dt.date(2026, 3, 1), dt.date(2026, 4, 1)
LAST_MINUTE = dt.datetime(2026, 3, 31, 16, 59, tzinfo=dt.UTC)  # 23:59 in Vietnam
NEXT_DAY = LAST_MINUTE + dt.timedelta(minutes=1)


def rate(transaction: Transaction, value: int, step: StepKind = StepKind.RECEPTION) -> Rating:
    """Rate a step of the transaction on the three-level form."""
    body = a_submission(a_right(transaction, step=step)[1], answers={"overall": value})
    assert ContractClient().once("/ratings", body).status_code == 201
    return Rating.objects.get(given_id=body["id"])


def of_march(**narrowed: Any) -> RatingCounts:
    """Return what the ratings of March's transactions add up to."""
    return rating_counts(from_date=FIRST, to_date=AFTER, **narrowed)


def test_a_figure_tells_its_denominators_and_its_mean() -> None:
    unit = a_unit(0)
    silent, invited, good, bad = (a_dossier(unit=unit, ended_at=LAST_MINUTE) for _ in range(4))
    a_dossier(unit=unit, ended_at=NEXT_DAY)
    a_dossier(unit=unit)
    a_dossier(unit=a_unit(1), ended_at=LAST_MINUTE)
    a_right(invited)
    rate(good, 3)
    rate(bad, 1)

    counts = of_march(unit_ids={unit.pk})

    assert (counts.eligible, counts.invited, counts.answered, counts.valid, counts.ratings) == (4, 3, 2, 2, 2)
    assert (counts.mean, counts.dissatisfied) == (Decimal("0.5000"), frozenset({bad.pk}))
    assert silent.pk not in counts.dissatisfied


def test_no_rating_no_mean() -> None:
    counts = of_march(unit_ids={a_unit().pk})

    assert (counts.eligible, counts.mean, counts.dissatisfied) == (0, None, frozenset())


def test_a_quarantined_rating_is_answered_but_not_valid() -> None:
    transaction = a_dossier(ended_at=LAST_MINUTE)
    rating = rate(transaction, 1)
    Rating.objects.filter(pk=rating.pk).update(state="quarantined", quarantine_reason="cùng một thiết bị")

    counts = of_march()

    assert (counts.answered, counts.valid, counts.ratings, counts.mean) == (1, 0, 0, None)
    assert counts.dissatisfied == frozenset()


def test_three_ratings_of_one_transaction_are_one_answered_transaction() -> None:
    transaction = a_dossier(ended_at=LAST_MINUTE)
    for step in StepKind:
        rate(transaction, 3, step)

    counts = of_march()

    assert (counts.eligible, counts.answered, counts.ratings) == (1, 1, 3)


def test_a_rating_counts_for_the_unit_and_official_of_its_step_and_not_for_the_others() -> None:
    receiver, settler = a_unit(0), a_unit(1)
    transaction, clerk = a_dossier(unit=settler, ended_at=LAST_MINUTE), an_official(unit=receiver)
    serve(transaction, unit=receiver, official=clerk)
    rate(transaction, 1)

    received = of_march(unit_ids={receiver.pk})
    settled = of_march(unit_ids={settler.pk})
    of_clerk = of_march(official_id=clerk.pk)

    assert [(c.eligible, c.answered, set(c.dissatisfied)) for c in (received, settled, of_clerk)] == [
        (1, 1, {transaction.pk}), (1, 0, set()), (1, 1, {transaction.pk}),
    ]  # fmt: skip


def test_a_figure_of_a_procedure_leaves_the_other_procedures_out() -> None:
    transaction = a_dossier(ended_at=LAST_MINUTE)
    rate(transaction, 2)

    own = of_march(procedure_id=transaction.procedure_id)
    other = of_march(procedure_id=transaction.procedure_id + 1)

    assert (own.eligible, own.ratings, other.eligible, other.ratings) == (1, 1, 0, 0)


def test_the_official_method_is_given_the_transactions_called_unsatisfactory() -> None:
    bad, good = a_dossier(ended_at=LAST_MINUTE), a_dossier(ended_at=LAST_MINUTE)
    rate(bad, 1)
    rate(good, 2)

    found = dissatisfied_transactions(transactions=eligible_transactions(from_date=FIRST, to_date=AFTER))

    assert found == {bad.pk}

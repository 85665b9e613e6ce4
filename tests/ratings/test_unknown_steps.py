"""A rating of a step that nobody told of yet speaks about nobody, and goes on doing so when the step is told of."""

import pytest
from django.utils.timezone import now

from feedback.models import Rating
from feedback.ratings.queries import charge_of
from procedures.models import Transaction
from procedures.vocabulary import StepKind
from tests.builders.ratings import a_dossier, a_right, a_submission, a_unit, an_official, serve
from tests.contract_client import ContractClient


def rate(api: ContractClient, transaction: Transaction, step: StepKind, *, is_by_right: bool) -> Rating:
    """Return a rating of that step, by right or at a counter."""
    by_code = a_submission(dossier_code=transaction.dossier_code, step=step)
    body = a_submission(a_right(transaction, step=step)[1]) if is_by_right else by_code
    sender = api if is_by_right else api.machine("ratings:write", is_trusted_counter=True)
    assert sender.once("/ratings", body).status_code == 201
    return Rating.objects.get(given_id=body["id"])


@pytest.mark.parametrize("is_by_right", [True, False], ids=["by right", "at a counter"])
def test_what_is_not_known_of_a_step_stays_unknown_when_it_is_told_of_later(
    api: ContractClient, *, is_by_right: bool
) -> None:
    transaction, clerk = a_dossier(), an_official("CB-01", a_unit())
    rating = rate(api, transaction, StepKind.RETURN, is_by_right=is_by_right)
    before = (rating.unit, rating.official)

    serve(transaction, unit=a_unit(), official=clerk, status="returned")

    rating.refresh_from_db()
    assert before == (rating.unit, rating.official) == (None, None)
    row = api.signed_in("ratings:manage").get(f"/ratings/{rating.pk}").json()
    assert (row["unit"], row["official"]) == (None, None)
    control = charge_of(transaction_id=transaction.pk, step=StepKind.RETURN, now=now())
    assert (control.unit_id, control.official_id) == (a_unit().pk, clerk.pk)  # asked now it were known


def test_who_received_stays_unknown_though_the_dossier_names_the_unit(api: ContractClient) -> None:
    transaction, clerk = a_dossier(unit=a_unit(0)), an_official("CB-01", a_unit(1))
    rating = rate(api, transaction, StepKind.RECEPTION, is_by_right=True)

    serve(transaction, unit=a_unit(1), official=clerk)

    rating.refresh_from_db()
    assert (rating.unit, rating.official) == (a_unit(0), None)


def test_thinking_it_over_when_the_step_is_told_of_charges_nobody(api: ContractClient) -> None:
    transaction, clerk = a_dossier(), an_official("CB-01", a_unit())
    _, secret = a_right(transaction, step=StepKind.RETURN)
    body = a_submission(secret)
    api.once("/ratings", body)
    serve(transaction, unit=a_unit(), official=clerk, status="returned")
    anew = {name: body[name] for name in ("right", "form")} | {"answers": {"overall": 1}}

    answer = api.put(f"/ratings/{body['id']}", anew)

    rating = Rating.objects.get()
    assert (answer.status_code, rating.version) == (200, 2)
    assert (rating.unit, rating.official) == (None, None)

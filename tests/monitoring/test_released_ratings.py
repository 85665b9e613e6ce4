"""What was put aside counts again once an inspector has released it, in every figure of which it was a part."""

import datetime as dt

from feedback.models import Rating
from feedback.ratings.services import release
from tests.contract_client import ContractClient
from tests.monitoring.test_rating_figures import INSPECTOR, YEAR, share, speak, whole
from tests.ratings.test_summaries import TOLD_FROM, ratings, told


def decided(api: ContractClient, rating: Rating, decision: str) -> None:
    """Let an inspector decide."""
    answer = api.signed_in("ratings:manage").once(f"/ratings/{rating.pk}/{decision}", {"reason": "Dồn dập"})
    assert answer.status_code == 201, answer.content


def seen(api: ContractClient) -> tuple[int, int, int, str, str]:
    """Return what the inspectorate is told: answered, valid, put aside, the share, and the metric of its name."""
    row, asked = whole(api), {"metric": "satisfaction_survey_share", **YEAR}
    (metric,) = api.signed_in(*INSPECTOR).get("/metrics/values", asked).json()["results"]
    return row["answered"], row["valid"], row["quarantined"], share(row)["value"], metric["value"]


def test_a_rating_that_is_put_aside_leaves_the_figure_and_released_it_is_back(api: ContractClient) -> None:
    *_, doubted = speak(4, 5, 4, 1)
    before = seen(api)

    decided(api, doubted, "quarantine")
    put_aside = seen(api)
    decided(api, doubted, "release")

    assert before == (3, 3, 0, "0.6667", "0.6667")
    assert put_aside == (3, 2, 1, "1.0000", "1.0000")
    assert seen(api) == before


def test_what_was_released_after_it_was_confirmed_is_back_too(api: ContractClient) -> None:
    *_, doubted = speak(4, 5, 4, 1)
    before = seen(api)

    for decision in ("quarantine", "confirmation"):
        decided(api, doubted, decision)
    confirmed = seen(api)
    decided(api, doubted, "release")

    assert confirmed == (3, 2, 0, "1.0000", "1.0000")
    assert seen(api) == before


def test_below_the_inspectorate_it_fills_the_next_cell(api: ContractClient) -> None:
    *_, doubted = ratings(5)
    decided(api, doubted, "quarantine")
    release(today=TOLD_FROM)
    put_aside = told(api)

    decided(api, doubted, "release")
    release(today=TOLD_FROM + dt.timedelta(days=1))

    assert (put_aside, [row["answered"] for row in told(api)]) == ([], [5])

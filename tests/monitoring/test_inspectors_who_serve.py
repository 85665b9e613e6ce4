"""Who stood in elsewhere: as an inspector he reads of it what everybody reads, no sooner; others may ask for him."""

from typing import Any

from tests.builders.ratings import MORNING, MUCH_LATER, a_dossier, a_right, a_submission, a_unit, an_official, serve
from tests.builders.transactions import a_message, a_step, tell
from tests.contract_client import ContractClient, problem
from units.models import Official

LONG = {"from": "2020-01-01", "to": "2030-12-31"}
INSPECTOR = ("monitoring:read", "ratings:manage")


def rated_at(nth: int, official: Official | None = None) -> None:
    """Somebody rates a reception of the unit, done by that official."""
    transaction = a_dossier(unit=a_unit(nth))
    serve(transaction, unit=a_unit(nth), official=official)
    body = a_submission(a_right(transaction)[1])
    assert ContractClient().once("/ratings", body).status_code == 201


def rests_on(client: ContractClient, **asked: Any) -> str:
    """Return what the figures of ratings rest on, and see that the single metrics rest on the same."""
    (row,) = client.get("/metrics/ratings", {**LONG, **asked}).json()["results"]
    said = client.get("/metrics/values", {**LONG, **asked, "metric": "satisfaction_survey_share"}).json()["results"]
    assert said[0]["rests_on"] == row["rests_on"]
    assert row["suppressed"] is (row["rests_on"] == "published")
    return str(row["rests_on"])


def test_where_he_stood_in_for_a_colleague_he_is_told_what_everybody_is(api: ContractClient) -> None:
    stands_in = an_official("CB-01", a_unit(0))
    rated_at(1, stands_in)
    himself = api.signed_in(*INSPECTOR, as_official=stands_in)

    assert rests_on(himself, unit=a_unit(1).code) == "published"
    assert rests_on(himself, unit=a_unit(2).code) == "received"  # the control: nobody spoke of him there


def test_the_first_rating_where_he_stood_in_does_not_show_by_what_he_is_told_from_then_on(api: ContractClient) -> None:
    stands_in, unposted = an_official("CB-01", a_unit(0)), an_official("CB-02")
    for official, unit_code in ((stands_in, a_unit(1).code), (unposted, None)):
        transaction = a_dossier(unit=a_unit(1))
        step = a_step(transaction.dossier_code, unit_code=unit_code, official_code=official.code, at=MORNING)
        tell(a_message(step), now=MUCH_LATER)

    for official in (stands_in, unposted):
        himself = api.signed_in(*INSPECTOR, as_official=official)
        assert [rests_on(himself, unit=a_unit(nth).code) for nth in (1, 2)] == ["published", "received"]


def test_one_whom_the_register_posted_nowhere_is_told_of_himself_what_everybody_is(api: ContractClient) -> None:
    unposted = an_official("CB-01")
    rated_at(1, unposted)
    himself = api.signed_in(*INSPECTOR, as_official=unposted)

    assert rests_on(himself) == "published"
    assert rests_on(himself, unit=a_unit(1).code) == "published"
    assert rests_on(api.signed_in(*INSPECTOR, as_official=an_official("CB-02"))) == "received"  # the control


def test_who_stood_in_is_asked_for_where_the_breakdown_tells_of_him(api: ContractClient) -> None:
    rated_at(1, an_official("CB-01", a_unit(0)))
    asked = {**LONG, "unit": a_unit(1).code, "step": "reception"}

    for reader in (api.signed_in(*INSPECTOR), api.signed_in("monitoring:read", boundary=a_unit(1))):
        rows = reader.get("/metrics/ratings", {**asked, "by": "official"}).json()["results"]
        alone = reader.get("/metrics/ratings", {**asked, "official": "CB-01"})

        assert [(row["key"], row["eligible"]) for row in rows] == [("CB-01", 1)]
        assert (alone.status_code, alone.json()["results"][0]["eligible"]) == (200, 1)
    elsewhere = api.signed_in("monitoring:read", boundary=a_unit(2)).get(
        "/metrics/ratings", {**LONG, "official": "CB-01"}
    )
    assert problem(elsewhere) == (404, "official-unknown")

"""Who reads single ratings reads none of his line: of units under his own, and of what his own came from."""

import datetime as dt

from feedback.models import Rating
from procedures.vocabulary import StepKind
from tests.builders.organisation import BY, NOW, make_official, make_posting, make_unit, the_commune
from tests.builders.ratings import a_dossier, give, serve
from tests.contract_client import ContractClient
from units.models import Official, Unit
from units.services import Decree, reorganise
from units.vocabulary import SuccessionKind

MARCH = dt.datetime(2026, 3, 10, 3, 0, tzinfo=dt.UTC)


def a_rating(unit: Unit, *, at: dt.datetime = MARCH, official: Official | None = None) -> Rating:
    """Return a rating about that unit."""
    transaction = a_dossier(unit=unit)
    serve(transaction, unit=unit, official=official)
    return give(transaction, at=at)


def statuses(api: ContractClient, official: Official, rating: Rating) -> set[int]:
    """Return how reading and deciding are answered, and see that the list says the same."""
    inspector = api.signed_in("ratings:manage", as_official=official)
    read = inspector.get(f"/ratings/{rating.pk}")
    decided = inspector.once(f"/ratings/{rating.pk}/quarantine", {"reason": "Không đúng."})
    listed = str(rating.pk) in {row["id"] for row in inspector.get("/ratings").json()["results"]}
    assert listed is (read.status_code == 200)
    return {read.status_code, decided.status_code}


def test_who_belongs_to_a_unit_reads_and_judges_nothing_of_the_units_under_it(api: ContractClient) -> None:
    counter = make_unit("mau:mot-cua-tu-mo-rong", name="Trung tâm mẫu", under=the_commune())
    rating = a_rating(counter)
    of_commune, of_elsewhere = make_official("CB-01"), make_official("CB-02")
    make_posting(of_commune, the_commune())
    make_posting(of_elsewhere, make_unit("mau:so-khac"))

    assert statuses(api, of_commune, rating) == {404}
    assert statuses(api, of_elsewhere, rating) == {200, 201}


def test_who_belongs_to_a_unit_reads_and_judges_nothing_of_those_above_it_but_the_province(api: ContractClient) -> None:
    counter = make_unit("mau:mot-cua-tu-mo-rong", name="Trung tâm mẫu", under=the_commune())
    of_counter = make_official("CB-01")
    make_posting(of_counter, counter)

    assert statuses(api, of_counter, a_rating(the_commune())) == {404}


def test_what_is_said_late_of_a_unit_that_went_into_another_is_kept_from_who_served_there(api: ContractClient) -> None:
    old, heir = make_unit("mau:doi-cu"), make_unit("mau:doi-moi")
    stayed, came_later, left_before = make_official("CB-01"), make_official("CB-02"), make_official("CB-03")
    make_posting(stayed, old)
    make_posting(left_before, old)
    make_posting(left_before, make_unit("mau:so-khac"), since=dt.date(2026, 1, 1))
    end = dt.date(2026, 3, 1)
    decree = Decree(SuccessionKind.MERGE, end, "01/QĐ-MAU", end, [heir])
    dossier = a_dossier(unit=old, received_at=dt.datetime(2026, 2, 26, 3, 0, tzinfo=dt.UTC))
    reorganise(unit=old, decree=decree, by=BY, now=NOW)
    make_posting(came_later, heir, since=dt.date(2026, 3, 1))

    rating = give(dossier, at=MARCH)

    assert rating.unit == old
    assert statuses(api, stayed, rating) == {404}
    assert statuses(api, came_later, rating) == {404}
    assert statuses(api, left_before, rating) == {200, 201}


def test_a_rating_of_which_no_unit_is_known_is_kept_from_those_who_held_its_dossier(api: ContractClient) -> None:
    received, settled, elsewhere = (make_unit(f"mau:{name}") for name in ("nhan", "giai-quyet", "khac"))
    officials = [make_official(f"CB-0{place}") for place in range(3)]
    for official, unit in zip(officials, (received, settled, elsewhere), strict=True):
        make_posting(official, unit)
    rating = give(a_dossier(unit=received, settling_unit_code=settled.code), at=MARCH, step=StepKind.RETURN)

    assert rating.unit is None
    assert [min(statuses(api, official, rating)) for official in officials] == [404, 404, 200]

"""When nobody can object to a year any more, nobody knows which dossier its ratings are about; the figures stay."""

import datetime as dt
import itertools
import json
import uuid
from typing import Any

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connections
from django.utils.timezone import now

from feedback.assessments.models import AssessmentRun
from feedback.assessments.queries import closed_years
from feedback.assessments.services import publish
from feedback.models import KeptDay, KeptOpinion, LinkAccess, Rating, RatingLink, RatingRight
from feedback.ratings.rules.links import DAYS_TO_OBJECT
from feedback.ratings.services import Draft, decide, destroy_links, rate_by_right, release
from feedback.vocabulary import RatingChannel, RatingState
from procedures.calendar.rules import ZONE
from procedures.models import Transaction
from procedures.vocabulary import StepKind
from tests.assessments.test_runs import run
from tests.builders.figures import ENDS, an_official, answers, complained, served, the_department
from tests.builders.ratings import a_dossier, a_right, a_submission, give
from tests.contract_client import ContractClient, problem
from units.vocabulary import Viewer

YEAR = [(dt.date(2024, 1, 1), dt.date(2025, 1, 1))]
RATED_AT = dt.datetime(2024, 3, 13, 10, 5, 7, tzinfo=ZONE)
EVERYTHING = ("monitoring:read", "ratings:manage", "complaints:read", "audit:read")
METRICS = (
    "satisfaction_qd766_union", "satisfaction_qd766_portal", "rating_coverage", "satisfaction_survey_mean",
    "satisfaction_survey_share", "not_dissatisfied_share", "on_time_legal",
)  # fmt: skip
NARROWED = ("", "&official=CB-77", "&procedure=1.004884", "&unit=kt:so-noi-vu-tinh-kon-tum", "&organisation=now")
PERIODS = (
    "from=2024-01-01&to=2024-12-31&grain=month", "from=2024-03-01&to=2024-03-14", "from=2024-03-15&to=2024-03-31",
    "from=2023-12-15&to=2024-12-14", "from=2020-01-01&to=2026-12-31",
)  # fmt: skip


def a_rated_year() -> list[Rating]:
    """Return ratings of 2024: satisfied and not, early and late, complained of, put aside, two steps of one dossier."""
    official, ratings = an_official(), []
    for place, (ended, value) in enumerate(itertools.product(ENDS, (1, 3, 5))):
        transaction = served(ended, official=official)
        at = RATED_AT + dt.timedelta(days=3 * place)
        ratings.append(give(transaction, at=at, form="MIC_5", answers=answers("MIC_5", value)))
        if value == 3:
            ratings.append(give(transaction, at=at, value=1, step=StepKind.SETTLEMENT))
            complained(transaction, official, "upheld")
        if value == 5:
            complained(transaction, official)
    decide(rating_id=ratings[0].pk, state=RatingState.QUARANTINED, reason="Dồn dập", by="x", now=RATED_AT)
    decide(rating_id=ratings[-1].pk, state=RatingState.QUARANTINED, reason="Dồn dập", by="x", now=RATED_AT)
    served("on_time", official=official)
    return ratings


def figures(api: ContractClient) -> dict[tuple[str, str, str], list[dict[str, Any]]]:
    """Return every figure of every question, without the moment of asking."""
    asked = itertools.product(METRICS, NARROWED, PERIODS)
    told = {}
    for metric, narrowed, period in asked:
        answer = api.get(f"/metrics/values?metric={metric}&{period}{narrowed}")
        assert answer.status_code == 200, answer.content
        rows = json.loads(answer.content)["results"]
        told[metric, narrowed, period] = [{k: v for k, v in row.items() if k != "as_of"} for row in rows]
    return told


BREAKDOWNS = ("none", "unit", "official", "procedure", "field", "channel", "step", "month")


def rating_figures(api: ContractClient, breakdowns: tuple[str, ...] = BREAKDOWNS) -> dict[str, Any]:
    """Return the figures of ratings of every breakdown, as whoever asks is told them."""
    told = {}
    for by, narrowed, period in itertools.product(breakdowns, NARROWED[:2], PERIODS):
        asked = f"by={by}&{period.removesuffix('&grain=month')}{narrowed}"
        answer = api.get(f"/metrics/ratings?{asked}")
        assert answer.status_code == 200, answer.content
        told[asked] = [{k: v for k, v in row.items() if k != "as_of"} for row in json.loads(answer.content)["results"]]
    return told


def published(*, at: dt.datetime) -> None:
    """Publish the only run there is."""
    everybody = Viewer(boundary=None, official=None)
    publish(run_id=AssessmentRun.objects.get().pk, accepted_because="", by="x", viewer=everybody, now=at)


def destroyed() -> int:
    return destroy_links(spans=YEAR, reason="2024", by="operator", now=now())


@pytest.mark.slow
def test_no_figure_moves_when_the_links_are_destroyed(own_database: str) -> None:
    ratings, inspector = a_rated_year(), ContractClient().signed_in(*EVERYTHING)
    before = figures(inspector)

    assert destroyed() == len(ratings)

    assert not RatingLink.objects.exists()
    assert figures(inspector) == before
    rated = before["rating_coverage", "&official=CB-77", PERIODS[-1]][0]
    assert (float(rated["numerator"]), float(rated["denominator"])) == (7, 10)
    assert destroyed() == 0


@pytest.mark.slow
def test_no_figure_of_ratings_moves_either_for_anybody(own_database: str) -> None:
    a_rated_year()
    release(today=dt.date(2024, 12, 31))
    readers = [ContractClient().signed_in(*EVERYTHING), ContractClient().signed_in("monitoring:read")]
    before = [rating_figures(reader) for reader in readers]

    assert destroyed() > 0

    assert [rating_figures(reader) for reader in readers] == before
    exact, told = (one[f"by=none&{PERIODS[-1]}"][0] for one in before)
    assert (exact["invited"], exact["answered"], exact["quarantined"]) == (12, 12, 2)
    assert (told["valid"], told["rests_on"]) == (6, "published")


def test_without_what_is_kept_the_figures_would_move(own_database: str) -> None:
    """The control: links deleted and nothing in their place."""
    a_rated_year()
    inspector = ContractClient().signed_in(*EVERYTHING)
    before, ratings_before = figures(inspector), rating_figures(inspector, ("none",))

    with connections["owner"].cursor() as cursor:
        cursor.execute("ALTER TABLE feedback_ratinglink DISABLE TRIGGER USER")
        cursor.execute("DELETE FROM feedback_ratinglink")

    assert figures(inspector) != before
    assert rating_figures(inspector, ("none",)) != ratings_before


def test_a_complaint_that_is_concluded_later_moves_the_figures_as_it_would_have(own_database: str) -> None:
    transaction = served("on_time", official=an_official())
    give(transaction, at=RATED_AT, value=1)
    quiet = served("on_time")
    give(quiet, at=RATED_AT, value=3)
    inspector = ContractClient().signed_in(*EVERYTHING)
    destroyed()

    complained(transaction, None, "upheld", unit=the_department())
    complained(quiet, None, "upheld", unit=the_department())

    (figure,) = inspector.get(f"/metrics/values?metric=satisfaction_qd766_union&{PERIODS[-1]}").json()["results"]
    assert (float(figure["numerator"]), float(figure["denominator"]), float(figure["value"])) == (0, 2, 0)


def test_days_that_cut_a_half_month_are_refused_instead_of_guessed(own_database: str) -> None:
    give(served(), at=RATED_AT, form="MIC_5", answers=answers("MIC_5", 5))
    inspector = ContractClient().signed_in(*EVERYTHING)
    destroyed()

    survey = "/metrics/values?metric=satisfaction_survey_share"
    cut = [
        inspector.get(f"{survey}&from={a}&to={b}")
        for a, b in (("2024-03-10", "2024-03-31"), ("2024-03-01", "2024-03-12"))
    ]
    whole = inspector.get(f"{survey}&from=2024-03-01&to=2024-03-14")

    assert {problem(answer) for answer in cut} == {(422, "days-destroyed")}
    assert (whole.status_code, whole.json()["results"][0]["denominator"]) == (200, "1")


def test_a_comment_that_still_waits_is_told_as_it_was_masked_before(own_database: str) -> None:
    for place in range(5):
        give(served(), at=RATED_AT, comment=f"Gọi 090512345{place}")
    destroyed()

    assert release(today=dt.date(2024, 12, 31))[1] == 5

    told = ContractClient().signed_in("ratings:read").get("/rating-comments").json()["results"]
    assert {row["comment"] for row in told} == {"Gọi •••"}


def test_who_opens_afterwards_is_told_that_it_was_destroyed(own_database: str) -> None:
    rating, inspector, key = give(served(), at=RATED_AT), ContractClient().signed_in(*EVERYTHING), str(uuid.uuid4())
    why = {"reason": "Xác minh.", "case_reference": "12"}
    first = inspector.once(f"/ratings/{rating.pk}/link-openings", why, key=key)
    destroyed()

    answers_after = [inspector.once(f"/ratings/{rating.pk}/link-openings", why, key=one) for one in (key, None)]
    decided = inspector.once(f"/ratings/{rating.pk}/quarantine", {"reason": "Dồn dập"})

    assert first.status_code == 201
    assert {problem(answer) for answer in (*answers_after, decided)} == {(410, "rating-link-destroyed")}
    record = inspector.get("/rating-link-openings").json()["results"]
    assert [(entry["kind"], entry["rating"]) for entry in record] == [
        ("destruction", None),
        ("opening", str(rating.pk)),
    ]
    assert inspector.get("/rating-link-openings/verification").json()["is_intact"] is True
    assert inspector.get(f"/ratings/{rating.pk}").status_code == 200


def test_the_same_rating_sent_again_years_later_is_told_that_its_right_is_not_usable(own_database: str) -> None:
    api, transaction = ContractClient(), served()
    _, secret = a_right(transaction, at=RATED_AT)
    draft = Draft(
        id=uuid.uuid4(), form="THANH_HOA_3", form_version=None, answers={"overall": 2}, comment="",
        channel=RatingChannel.WEB, helper_role=None, helper_code="", rated_at=None,
    )  # fmt: skip
    rate_by_right(draft=draft, secret=secret, now=RATED_AT)
    body = a_submission(secret, id=str(draft.id))
    replayed = api.once("/ratings", body)
    destroyed()

    assert replayed.status_code == 201
    assert problem(api.once("/ratings", body)) == (410, "right-not-usable")
    assert problem(api.put(f"/ratings/{draft.id}", {k: v for k, v in body.items() if k not in {"id", "channel"}})) == (
        404, "not-found",
    )  # fmt: skip


def test_what_was_rated_is_not_rated_again_neither_by_a_new_right_nor_at_a_counter(own_database: str) -> None:
    api, transaction = ContractClient(), served()
    give(transaction, at=RATED_AT)
    destroyed()
    counter = api.machine("ratings:write", is_trusted_counter=True)
    at_counter = a_submission(dossier_code=transaction.dossier_code, step="reception")

    twice = [api.once("/ratings", a_submission(a_right(transaction)[1])), counter.once("/ratings", at_counter)]
    other_step = api.once("/ratings", a_submission(a_right(transaction, step=StepKind.SETTLEMENT)[1]))

    assert {problem(answer) for answer in twice} == {(409, "already-rated")}
    assert other_step.status_code == 201
    assert Rating.objects.count() == 2


def test_only_what_was_given_and_ended_in_the_year_is_destroyed(own_database: str) -> None:
    running = a_dossier()
    next_year = dt.datetime(2025, 1, 2, tzinfo=ZONE)
    stay = [give(served(), at=next_year).pk, give(running, at=RATED_AT).pk]
    gone = give(served(), at=RATED_AT)

    destroyed()

    assert set(RatingLink.objects.values_list("pk", flat=True)) == set(stay)
    assert KeptDay.objects.get().rating_id == gone.pk
    assert KeptDay.objects.get().given_from == dt.date(2024, 3, 1)


def test_a_second_year_adds_to_what_was_kept_of_a_transaction(own_database: str) -> None:
    transaction = served("on_time")
    give(transaction, at=RATED_AT, value=3)
    give(transaction, at=dt.datetime(2025, 1, 2, tzinfo=ZONE), value=1, step=StepKind.SETTLEMENT)
    destroyed()

    destroy_links(spans=[*YEAR, (dt.date(2025, 1, 1), dt.date(2026, 1, 1))], reason="2025", by="operator", now=now())

    kept = KeptOpinion.objects.get()
    assert (sorted(kept.steps), kept.is_rated, kept.is_disliked) == (["reception", "settlement"], True, True)


class TestWhenAYearIsOver:
    """Published, and its objections are over: 285 days.  Source: Luật Khiếu nại 2011, điều 9, 27, 28, 33, 37."""

    @pytest.mark.parametrize(("days", "codes"), [(DAYS_TO_OBJECT - 1, []), (DAYS_TO_OBJECT, ["2024"])])
    def test_a_year_is_over_so_long_after_its_newest_publication(
        self, api: ContractClient, days: int, codes: list[str]
    ) -> None:
        served("on_time", official=an_official())
        run(api)
        published_at = dt.datetime(2025, 1, 20, 8, tzinfo=ZONE)
        published(at=published_at)

        over = closed_years(days=DAYS_TO_OBJECT, now=published_at + dt.timedelta(days=days))

        assert [year.code[-4:] for year in over] == codes
        assert {(year.first_day, year.next_day) for year in over} <= {
            YEAR[0],
            (dt.date(2023, 12, 15), dt.date(2024, 12, 15)),
        }

    def test_a_year_waits_for_another_that_shares_days_with_it_until_its_objections_are_over(
        self, api: ContractClient
    ) -> None:
        """A province that goes over from the one scheme of periods to the other publishes both."""
        served("on_time", official=an_official())
        first, later = dt.datetime(2025, 1, 20, 8, tzinfo=ZONE), dt.datetime(2025, 3, 20, 8, tzinfo=ZONE)
        for period, at in (("2024", first), ("BC-2024", later)):
            asked = {"period": period, "criteria_set": "TT01_2018"}
            done = api.signed_in("assessments:read", "assessments:manage").once("/assessment-runs", asked).json()
            everybody = Viewer(boundary=None, official=None)
            publish(run_id=uuid.UUID(done["id"]), accepted_because="", by="x", viewer=everybody, now=at)
        wait = dt.timedelta(days=DAYS_TO_OBJECT)

        over = [[year.code for year in closed_years(days=DAYS_TO_OBJECT, now=at + wait)] for at in (first, later)]

        assert over == [[], ["2024", "BC-2024"]]

    def test_the_command_destroys_what_is_over_and_nothing_else(self, own_database: str, capsys: Any) -> None:
        api = ContractClient()
        give(served("on_time", official=an_official()), at=RATED_AT)
        call_command("destroy_rating_links")
        run(api)
        long_ago = now() - dt.timedelta(days=DAYS_TO_OBJECT)
        published(at=long_ago)

        call_command("destroy_rating_links", days=1)

        told = capsys.readouterr().out.splitlines()
        assert told[0] == "0 links destroyed (no year is over)"
        assert told[-1].startswith("1 links destroyed")
        assert LinkAccess.objects.get().kind == "destruction"


def test_not_even_the_owner_deletes_a_link_before_what_the_figures_need_is_kept(own_database: str) -> None:
    give(served(), at=RATED_AT)

    with pytest.raises(IntegrityError), connections["owner"].cursor() as cursor:
        cursor.execute("DELETE FROM feedback_ratinglink")


# Note [Who holds a copy of every table]: after the destruction he has ratings, transactions, rights and what was kept;
# he joins by every column that two of them share, by the order in which rows lie and by who wrote them.
HELD = """
SELECT id::text, xmin::text FROM feedback_rating ORDER BY ctid
"""


def candidates(rating: Rating) -> list[Transaction]:
    """Return the transactions that a rating may be about, by all that is left in the database."""
    kept = KeptOpinion.objects.filter(is_disliked=rating.is_dissatisfied, steps__contains=[rating.step])
    begins = dt.datetime.combine(rating.week_date, dt.time.min, ZONE)
    good_then = RatingRight.objects.filter(
        step=rating.step, issued_at__lt=begins + dt.timedelta(days=7), expires_at__gt=begins
    )  # fmt: skip
    return list(
        Transaction.objects.filter(
            pk__in=kept.values("pk"), procedure=rating.procedure_id, steps__unit=rating.unit_id,
            steps__official=rating.official_id,
        ).filter(pk__in=good_then.values("transaction")).distinct()
    )  # fmt: skip


def test_a_copy_of_every_table_does_not_tell_afterwards_which_of_ten_it_was(own_database: str) -> None:
    official = an_official()
    given = [
        give(served(official=official), at=RATED_AT + dt.timedelta(minutes=place), value=3 if place % 2 else 1)
        for place in range(20)
    ]
    order = [str(rating.pk) for rating in given]
    with connections["owner"].cursor() as cursor:
        cursor.execute(HELD)
        before = cursor.fetchall()
        destroyed()
        cursor.execute(HELD)
        after = cursor.fetchall()

    assert [row[0] for row in before] == order  # the control: as they lay, so they came
    assert len({row[1] for row in before}) == len(order)  # and each was written by a transaction of its own
    assert [row[0] for row in after] == sorted(order)
    assert len({row[1] for row in after}) == 1
    assert min(len(candidates(rating)) for rating in given) == 10


def made_at(moment: dt.datetime) -> uuid.UUID:
    """Return a UUID of version 7, as many a telephone makes them: it begins with the milliseconds."""
    return uuid.UUID(int=int(moment.timestamp() * 1000) << 80 | 7 << 76 | uuid.uuid4().int & (2**76 - 1))


def test_no_id_that_a_telephone_made_leads_back(own_database: str) -> None:
    official, sent = an_official(), []
    for place in range(6):
        at = RATED_AT + dt.timedelta(minutes=place)
        draft = Draft(
            id=made_at(at), form="THANH_HOA_3", form_version=None, answers={"overall": 3}, comment="",
            channel=RatingChannel.WEB, helper_role=None, helper_code="", rated_at=None,
        )  # fmt: skip
        rate_by_right(draft=draft, secret=a_right(served(official=official), at=at)[1], now=at)
        sent.append(draft.id)
    before = set(Rating.objects.values_list("given_id", flat=True))

    destroyed()

    assert before == set(sent)  # the control: until then they stand as they came
    assert {one.version for one in Rating.objects.values_list("given_id", flat=True)} == {4}
    assert before.isdisjoint(Rating.objects.values_list("given_id", flat=True))


def test_an_id_stays_as_long_as_its_link(own_database: str) -> None:
    rating = give(served(), at=now())

    with pytest.raises(IntegrityError), connections["owner"].cursor() as cursor:
        cursor.execute("UPDATE feedback_rating SET given_id = gen_random_uuid() WHERE id = %s", [rating.pk])


def test_a_rating_that_fits_one_dossier_only_is_still_found_in_a_copy_of_every_table(own_database: str) -> None:
    """What is not given, as docs/thanh-tra.md says: a right dates its dossier, a week its rating."""
    official = an_official()
    transactions = [served(official=official) for _ in range(4)]
    weeks = enumerate(transactions)
    ratings = [give(one, at=RATED_AT + dt.timedelta(weeks=5 * place), value=3) for place, one in weeks]

    destroyed()

    assert [candidates(rating) for rating in ratings] == [[one] for one in transactions]

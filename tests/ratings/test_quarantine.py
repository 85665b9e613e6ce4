import datetime as dt
import uuid
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from django.core.management import call_command
from django.utils.timezone import localdate, now

from feedback.models import Rating, RatingDecision
from feedback.ratings.services import Draft, examine, rate_at_counter, rate_by_right
from feedback.vocabulary import HelperRole, RatingChannel
from procedures.models import Transaction
from procedures.vocabulary import StepKind
from tests.builders.ratings import a_dossier, a_right, a_submission, a_unit, an_official, serve
from tests.contract_client import ContractClient, problem
from units.models import Official

REASON = {"reason": "Mười đánh giá trong ba phút, không ai ở quầy."}


def a_rating(
    official: Official | None = None,
    *,
    at: dt.datetime,
    waits: dt.timedelta,
    device: str = "",
    helper: HelperRole | None = None,
    helper_code: str = "",
    transaction: Transaction | None = None,
) -> Rating:
    """Return a rating given so long after its right was issued."""
    transaction = transaction or a_dossier()
    if official is not None:
        serve(transaction, unit=a_unit(), official=official)
    _, secret = a_right(transaction, step=StepKind.RECEPTION, at=at)
    draft = Draft(
        id=uuid.uuid4(), form="THANH_HOA_3", form_version=None, answers={"overall": 3}, comment="",
        channel=RatingChannel.WEB, helper_role=helper, helper_code=helper_code, rated_at=None, device=device,
    )  # fmt: skip
    rate_by_right(draft=draft, secret=secret, now=at + waits)
    return Rating.objects.get(given_id=draft.id)


def mornings() -> Iterator[dt.datetime]:
    """Yield an instant of each day before today: ten in the morning, Vietnamese time."""
    today = now().replace(hour=3, minute=0, second=0, microsecond=0)
    return (today - dt.timedelta(days=day) for day in range(1, 28))


def a_clerk_who_rates_himself() -> list[Rating]:
    """Return six honest ratings and then six that came seconds after their slips."""
    clerk, days = an_official("CB-77", a_unit()), mornings()
    for _ in range(6):
        a_rating(clerk, at=next(days), waits=dt.timedelta(hours=5))
    return [a_rating(clerk, at=next(days), waits=dt.timedelta(seconds=9)) for _ in range(6)]


def test_ratings_that_come_with_the_slip_are_put_aside_with_the_reason_and_what_was_seen() -> None:
    stuffed = a_clerk_who_rates_himself()

    call_command("examine_ratings")

    put_aside = Rating.objects.filter(state="quarantined")
    assert set(put_aside.values_list("pk", flat=True)) == {rating.pk for rating in stuffed}
    decision = RatingDecision.objects.first()
    assert decision is not None
    assert (decision.by, decision.test, decision.marked, decision.looked_at) == ("detector", "quick", 6, 12)
    assert decision.chance is not None
    assert decision.chance < 0.001


def test_examining_again_changes_nothing() -> None:
    a_clerk_who_rates_himself()
    first = examine(until=localdate(), now=now())

    again = examine(until=localdate(), now=now())

    assert (first, again, RatingDecision.objects.count()) == (6, 0, 6)


def test_honest_ratings_stay_as_they_are() -> None:
    clerk = an_official("CB-78", a_unit())
    for at in list(mornings())[:10]:
        a_rating(clerk, at=at, waits=dt.timedelta(minutes=40), device=str(at))

    assert examine(until=localdate(), now=now()) == 0


def test_a_telephone_that_rates_many_dossiers_is_noticed_and_kept_only_as_a_hash() -> None:
    for at in list(mornings())[:8]:
        a_rating(at=at, waits=dt.timedelta(hours=3), device="dien-thoai-mau")

    assert examine(until=localdate(), now=now()) == 8
    assert set(RatingDecision.objects.values_list("test", flat=True)) == {"one_device"}


def at_counter(transaction: Transaction, *, at: dt.datetime, step: StepKind = StepKind.RETURN, value: int = 3) -> None:
    """Rate a step at the counter, without a right."""
    draft = Draft(
        id=uuid.uuid4(), form="THANH_HOA_3", form_version=None, answers={"overall": value}, comment="",
        channel=RatingChannel.KIOSK, helper_role=None, helper_code="", rated_at=None, via="client:quay-mau",
    )  # fmt: skip
    rate_at_counter(draft=draft, transaction_id=transaction.pk, step=step, now=at)


def test_a_counter_that_rates_steps_nobody_ever_told_of_is_noticed_a_week_later_and_not_before() -> None:
    days = list(mornings())
    for at in days[:4]:  # the messages may still come
        at_counter(a_dossier(), at=at)
    early = examine(until=localdate(), now=now())
    for at in days[10:16]:
        at_counter(a_dossier(), at=at)

    assert (early, examine(until=localdate(), now=now())) == (0, 6)
    assert set(RatingDecision.objects.values_list("test", flat=True)) == {"step_unknown"}


def test_a_counter_whose_steps_were_told_of_later_is_believed() -> None:
    days = list(mornings())
    for at in days[10:14]:
        at_counter(a_dossier(ended_at=at + dt.timedelta(days=1)), at=at)
        at_counter(a_dossier(received_at=at), at=at, step=StepKind.RECEPTION)
        stepwise = a_dossier()
        at_counter(stepwise, at=at, step=StepKind.RETURN)
        serve(stepwise, unit=a_unit(), status="returned")

    assert examine(until=localdate(), now=now()) == 0


@pytest.mark.parametrize("helper", [HelperRole.RELATIVE, HelperRole.VOLUNTEER, HelperRole.OTHER])
def test_a_telephone_that_rates_many_dossiers_is_noticed_whomever_its_holder_says_he_helps(helper: HelperRole) -> None:
    for at in list(mornings())[:8]:
        a_rating(at=at, waits=dt.timedelta(hours=3), device="dien-thoai-mau", helper=helper)

    assert examine(until=localdate(), now=now()) == 8


def test_control_an_official_who_is_known_types_in_for_many_with_one_device() -> None:
    an_official("CB-88")
    for at in list(mornings())[:8]:
        a_rating(
            at=at, waits=dt.timedelta(hours=3), device="may-o-quay", helper=HelperRole.OFFICIAL, helper_code="CB-88"
        )

    assert not RatingDecision.objects.filter(test="one_device").exists()


def test_the_backlog_of_a_tablet_is_no_burst() -> None:
    """The control: the same eight without the tablet's own clock."""
    day = next(mornings())
    told = [day + dt.timedelta(minutes=40 * place) for place in range(8)]

    at_the_tablet([*told], at=day + dt.timedelta(hours=6))
    believed = examine(until=localdate(), now=now())
    at_the_tablet([None] * 8, at=day - dt.timedelta(days=2))

    assert (believed, examine(until=localdate(), now=now())) == (0, 8)


def at_the_tablet(told: Sequence[dt.datetime | None], *, at: dt.datetime) -> None:
    """Tell ratings of a tablet one second apart, given when its clock says."""
    for place, rated_at in enumerate(told):
        draft = Draft(
            id=uuid.uuid4(), form="THANH_HOA_3", form_version=None, answers={"overall": 1 + place % 2}, comment="",
            channel=RatingChannel.KIOSK, helper_role=None, helper_code="", rated_at=rated_at, via="client:may-bang-mau",
        )  # fmt: skip
        moment = at + dt.timedelta(seconds=place)
        rate_at_counter(draft=draft, transaction_id=a_dossier().pk, step=StepKind.RECEPTION, now=moment)


def test_a_rating_is_put_aside_when_a_later_step_shows_that_its_helper_served(api: ContractClient) -> None:
    transaction, clerk = a_dossier(), an_official("CB-01", a_unit())
    at = now() - dt.timedelta(weeks=20)  # long before the weeks that are looked at
    rating = a_rating(
        at=at, waits=dt.timedelta(hours=3), helper=HelperRole.OFFICIAL, helper_code="cb-01", transaction=transaction
    )
    before = examine(until=localdate(), now=now())

    serve(transaction, unit=a_unit(), official=clerk)
    after = [examine(until=localdate(), now=now()) for _ in range(2)]

    assert (before, after) == (0, [1, 0])
    told = api.signed_in("ratings:manage").get(f"/ratings/{rating.pk}").json()
    assert (told["state"], told["quarantine_reason"]) == ("quarantined", "Người nhập hộ đã tham gia phục vụ hồ sơ")
    assert [(one["is_automatic"], "test" in one) for one in told["decisions"]] == [(True, False)]


def test_what_an_inspector_released_is_never_put_aside_again_by_itself(api: ContractClient) -> None:
    rating = a_clerk_who_rates_himself()[0]
    examine(until=localdate(), now=now())
    inspector = api.signed_in("ratings:manage")

    released = inspector.once(f"/ratings/{rating.pk}/release", REASON)

    assert (released.status_code, released.json()["state"]) == (201, "counted")
    assert examine(until=localdate(), now=now()) == 0
    told = inspector.get(f"/ratings/{rating.pk}").json()["decisions"]
    assert [(one["state"], one["is_automatic"]) for one in told] == [("quarantined", True), ("counted", False)]


def test_what_an_inspector_stands_by_is_kept_with_its_reason_and_left_alone(api: ContractClient) -> None:
    rating = a_clerk_who_rates_himself()[0]
    inspector = api.signed_in("ratings:manage")

    kept = [inspector.once(f"/ratings/{rating.pk}/release", REASON) for _ in range(2)]
    examine(until=localdate(), now=now())

    assert [(one.status_code, one.json()["state"]) for one in kept] == [(201, "counted")] * 2
    told = inspector.get(f"/ratings/{rating.pk}").json()
    assert told["state"] == "counted"
    assert [(one["state"], one["reason"]) for one in told["decisions"]] == [("counted", REASON["reason"])]


def test_a_further_reason_for_what_is_put_aside_is_kept_beside_the_first(api: ContractClient) -> None:
    rating = a_rating(at=next(mornings()), waits=dt.timedelta(hours=1))
    inspector = api.signed_in("ratings:manage")

    for reason in ("Một máy gửi mười lần.", "Camera: không có ai ở quầy."):
        inspector.once(f"/ratings/{rating.pk}/quarantine", {"reason": reason})

    told = inspector.get(f"/ratings/{rating.pk}").json()
    assert told["quarantine_reason"] == "Camera: không có ai ở quầy."
    assert [one["reason"] for one in told["decisions"]] == ["Một máy gửi mười lần.", "Camera: không có ai ở quầy."]


def test_an_inspector_puts_aside_and_confirms_and_thinks_it_over(api: ContractClient) -> None:
    rating = a_rating(at=next(mornings()), waits=dt.timedelta(hours=1))
    inspector = api.signed_in("ratings:manage")

    states = [
        inspector.once(f"/ratings/{rating.pk}/{decision}", REASON).json()["state"]
        for decision in ("quarantine", "quarantine", "confirmation", "release")
    ]

    assert states == ["quarantined", "quarantined", "excluded", "counted"]
    assert RatingDecision.objects.filter(rating=rating).count() == 3
    assert problem(inspector.once(f"/ratings/{rating.pk}/confirmation", REASON)) == (409, "rating-state-refused")


def test_nobody_decides_on_ratings_of_his_own_unit(api: ContractClient) -> None:
    colleague = an_official("CB-79", a_unit())
    rating = a_rating(colleague, at=next(mornings()), waits=dt.timedelta(hours=1))

    answer = api.signed_in("ratings:manage", as_official=colleague).once(f"/ratings/{rating.pk}/quarantine", REASON)

    assert problem(answer) == (404, "not-found")
    assert Rating.objects.get().state == "counted"


def test_a_decision_without_a_reason_is_refused(api: ContractClient) -> None:
    rating = a_rating(at=next(mornings()), waits=dt.timedelta(hours=1))

    answer = api.signed_in("ratings:manage").once(f"/ratings/{rating.pk}/quarantine", {"reason": "  "})

    assert problem(answer) == (400, "invalid")


@pytest.mark.parametrize("assisted", [None, {"role": "relative"}, {"role": "official", "official": "CB-02"}])
def test_who_serves_does_not_rate(api: ContractClient, assisted: dict[str, Any] | None) -> None:
    clerk = an_official("CB-01", a_unit())
    an_official("CB-02", a_unit())
    body = a_submission(a_right()[1], **({"assisted_by": assisted} if assisted else {}))

    answer = api.signed_in("transactions:read", as_official=clerk).once("/ratings", body)

    assert problem(answer) == (403, "staff-may-not-rate")


@pytest.mark.parametrize("is_official", [True, False], ids=["official", "person of staff without an official"])
def test_who_serves_does_not_rate_by_the_batch_either(api: ContractClient, *, is_official: bool) -> None:
    clerk = an_official("CB-01", a_unit())
    an_official("CB-02", a_unit())
    helpers: list[dict[str, Any]] = [
        {}, {"assisted_by": {"role": "relative"}}, {"assisted_by": {"role": "official", "official": "CB-02"}}
    ]  # fmt: skip
    queue = {"ratings": [a_submission(a_right()[1], **helper) for helper in helpers]}
    staff = api.signed_in("transactions:read", as_official=clerk if is_official else None)

    told = staff.once("/ratings/batch", queue).json()

    assert (told["taken"], told["rejected"]) == (0, 3)
    refusals = {(row["problem"]["status"], row["problem"]["type"].rsplit("/", 1)[1]) for row in told["results"]}
    assert refusals == {(403, "staff-may-not-rate")}
    assert not Rating.objects.exists()
    assert api.once("/ratings/batch", queue).json()["taken"] == 3  # the control: the rights are good and unused


def test_who_serves_may_type_in_for_a_citizen_under_his_own_name(api: ContractClient) -> None:
    clerk = an_official("CB-01", a_unit())
    body = a_submission(a_right()[1], assisted_by={"role": "official", "official": "CB-01"}, channel="paper")

    answer = api.signed_in("transactions:read", as_official=clerk).once("/ratings", body)

    assert answer.status_code == 201

"""When a transaction ended that was taken up again: not before the work on it went on."""

import datetime as dt

import pytest

from procedures.transactions.rules import endings
from procedures.transactions.rules.fold import State, fold
from procedures.transactions.rules.messages import SupplementTold, Told
from procedures.transactions.rules.terms import Terms
from tests.builders.transactions import RECEIVED_AT, a_snapshot, a_step
from tests.procedures.vietnamese_days import at
from tests.transactions.histories import calendar

CODE = "000.00.00.H34-240304-0001"


def on(day: int, hour: int = 9) -> dt.datetime:
    return at(f"2024-03-{day:02d}T{hour:02d}:00")


def a_state(status: str, told: dt.datetime, ended: dt.datetime | None = None) -> Told:
    return a_snapshot(dossier_code=CODE, status=status, source_updated_at=told, ended_at=ended)


def state_of(*told: Told) -> State:
    state = fold(told, lambda _code, _day: Terms(), calendar())
    assert state is not None
    return state


RECEIVED = a_state("received", RECEIVED_AT)
ENDED = a_state("finished", on(6), on(6))
TAKEN_UP = a_step(CODE, at=on(7), status="processing", content="Xử lý lại")
ENDED_AGAIN = a_step(CODE, at=on(20), status="finished", content="Trình ký và đã ký")


class TestTakenUpAgain:
    """The end is that of the whole work, not of its first part.  Source: NĐ 61/2018, điều 19 khoản 8."""

    def test_it_ended_by_the_step_that_ended_it_again(self) -> None:
        state = state_of(RECEIVED, ENDED, TAKEN_UP, ENDED_AGAIN)

        assert (state.ended_at, state.timeliness.value) == (on(20), "late")

    def test_an_end_that_is_believed_though_the_work_went_on_is_found_out(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The control."""
        monkeypatch.setattr(endings, "_taken_up_at", lambda _events: None)

        state = state_of(RECEIVED, ENDED, TAKEN_UP, ENDED_AGAIN)

        assert (state.ended_at, state.timeliness.value) == (on(6), "early")

    def test_a_new_end_without_a_date_is_flagged_and_not_judged(self) -> None:
        state = state_of(RECEIVED, ENDED, TAKEN_UP, a_state("finished", on(20)))

        assert (state.ended_at, state.timeliness.value) == (None, "not_judged")
        assert "end_date_missing" in state.warnings

    def test_a_new_end_with_a_date_is_as_told(self) -> None:
        state = state_of(RECEIVED, ENDED, TAKEN_UP, a_state("finished", on(20), on(19)), ENDED_AGAIN)

        assert state.ended_at == on(19)

    def test_a_state_that_knows_of_the_work_since_may_say_that_the_first_end_was_the_end(self) -> None:
        state = state_of(RECEIVED, ENDED, TAKEN_UP, a_state("finished", on(8), on(6)))

        assert (state.ended_at, state.timeliness.value) == (on(6), "early")

    @pytest.mark.parametrize(
        "after",
        [
            (a_step(CODE, at=on(7), status="processing", content="Chuyển kết quả"), a_state("returned", on(8))),
            (a_step(CODE, at=on(6, 15), status="processing", content="Vào sổ"), a_state("finished", on(8))),
        ],
        ids=["handed over", "of the same day"],
    )
    def test_what_only_follows_the_end_takes_nothing_up(self, after: tuple[Told, Told]) -> None:
        assert state_of(RECEIVED, ENDED, *after).ended_at == on(6)


class TestSupplementNeverAnswered:
    """The limit starts again when the papers are in; what ended without them only waited.  Source: NĐ 61/2018, 19.4."""

    @pytest.mark.parametrize("status", ["finished", "refused", "withdrawn", "stopped", "returned"])
    @pytest.mark.parametrize("told_at", ["2024-04-08T16:00", "2024-04-08T17:00", "2024-04-08T22:00"])
    @pytest.mark.parametrize("is_listed", [False, True])
    def test_an_end_answers_no_request_whenever_its_sender_tells_it(
        self, status: str, told_at: str, *, is_listed: bool
    ) -> None:
        asked = a_step(CODE, at=on(11, 8), status="supplement_requested", content="Yêu cầu bổ sung")
        listed = (SupplementTold("1", on(11, 8)),) if is_listed else ()
        ended = a_snapshot(
            dossier_code=CODE, status=status, source_updated_at=at(told_at), ended_at=at("2024-04-08T17:00"),
            supplements=listed,
        )  # fmt: skip

        state = state_of(RECEIVED, asked, ended)

        assert [(one.cause.value, one.effect and one.effect.value) for one in state.intervals] == [
            ("processing", None), ("supplement", "pause"),
        ]  # fmt: skip
        assert state.due_at_legal == at("2024-04-08T17:00")
        assert state.timeliness == ("on_time" if status in {"finished", "returned"} else "not_judged")

    def test_work_that_goes_on_after_an_end_answers_it(self) -> None:
        asked = a_step(CODE, at=on(5), status="supplement_requested", content="Yêu cầu bổ sung")

        state = state_of(RECEIVED, asked, ENDED, TAKEN_UP, ENDED_AGAIN)

        (wait,) = [one for one in state.intervals if one.cause == "supplement"]
        assert (wait.begins_at, wait.ends_at, wait.effect) == (on(5), on(7), "restart")

"""What the one-stop decree asks of the office, and that one row and the list say the same of it."""

import csv
import datetime as dt
import re
from typing import Any

import pytest

from procedures.calendar.rules import Effect, Limit, LimitUnit
from procedures.transactions.models import Transaction
from procedures.transactions.rules import promises
from procedures.transactions.rules.conduct import is_apology_due, signals_on
from procedures.transactions.rules.fold import State, fold
from procedures.transactions.rules.messages import SupplementTold, Told
from procedures.transactions.rules.terms import Terms
from procedures.transactions.rules.words import clock_in_words
from procedures.vocabulary import ConductSignal
from tests.builders.transactions import DUE_AT, FINISHED_AT, PROCEDURE, RECEIVED_AT, a_snapshot, a_step, a_transaction
from tests.contract_client import ContractClient
from tests.procedures.vietnamese_days import at
from tests.transactions.histories import DATA, calendar

CODE = "000.00.00.H34-240304-0001"
DUE_ON = DUE_AT.date()
ONE_DAY = dt.timedelta(days=1)
RUNNING: dict[str, Any] = {"status": "processing", "ended_at": None, "source_updated_at": RECEIVED_AT}
SORRY: dict[str, Any] = {
    "at": at("2024-03-08T10:00"),
    "status": "processing",
    "content": "Phiếu xin lỗi và hẹn lại ngày trả kết quả",
}


def state_of(*told: Told, terms: Terms | None = None) -> State:
    state = fold(told, lambda _code, _day: terms or Terms(), calendar())
    assert state is not None
    return state


def a_supplement(key: str, requested: str, answered: str | None = None) -> SupplementTold:
    return SupplementTold(key, at(requested), at(answered) if answered else None)


def received_and_put_off(days: int) -> tuple[Told, Told]:
    put_off = {"source_updated_at": SORRY["at"] + dt.timedelta(minutes=1), "due_at": DUE_AT + days * ONE_DAY}
    return a_snapshot(dossier_code=CODE, **RUNNING), a_snapshot(dossier_code=CODE, **RUNNING | put_off)


def ended(*, on: int) -> Told:
    """Return the end on a day of the month; the due date is told no more."""
    at_noon = at(f"2024-03-{on:02d}T12:00")
    return a_snapshot(dossier_code=CODE, ended_at=at_noon, source_updated_at=at_noon, due_at=None)


def an_apology(*, on: int, content: str = "Thư xin lỗi", status: str = "processing") -> Told:
    return a_step(CODE, at=at(f"2024-03-{on:02d}T10:00"), status=status, content=content)


class TestApologyDuty:
    """Late or about to be late: an apology, at least one day before the due date.  Source: NĐ 61/2018, điều 19.9."""

    @pytest.mark.parametrize(
        ("days_before", "is_due", "is_late"),
        [(2, False, False), (1, True, False), (0, True, False), (-1, True, True)],
    )
    def test_an_apology_is_due_from_the_day_before_the_due_day_on(
        self, days_before: int, *, is_due: bool, is_late: bool
    ) -> None:
        state, today = state_of(a_snapshot(dossier_code=CODE, **RUNNING)), DUE_ON - days_before * ONE_DAY

        by = state.conduct.apologise_by_date

        assert by == DUE_ON - ONE_DAY
        assert is_apology_due(by, today) is is_due
        assert signals_on(state.conduct.signals, by, today) == ([ConductSignal.LATE_WITHOUT_APOLOGY] if is_late else [])

    def test_who_has_apologised_owes_no_other_apology(self) -> None:
        state = state_of(a_snapshot(dossier_code=CODE, **RUNNING), a_step(CODE, **SORRY))

        assert (state.conduct.apologise_by_date, state.conduct.apology_on_time) == (None, True)
        assert state.conduct.signals == ()

    def test_an_apology_on_the_due_day_is_late_and_a_signal(self) -> None:
        state = state_of(a_snapshot(dossier_code=CODE, **RUNNING), a_step(CODE, **SORRY | {"at": DUE_AT}))

        assert state.conduct.apology_on_time is False
        assert state.conduct.signals == (ConductSignal.APOLOGY_LATE,)

    def test_an_apology_excuses_until_the_day_that_it_names_and_no_longer(self) -> None:
        sorry = (*received_and_put_off(2), a_step(CODE, **SORRY))

        running, in_time = state_of(*sorry), state_of(*sorry, ended(on=13))
        late, sorry_again = state_of(*sorry, ended(on=29)), state_of(*sorry, ended(on=29), an_apology(on=15))

        assert running.conduct.apologise_by_date == dt.date(2024, 3, 12)
        assert in_time.conduct.signals == ()
        assert late.conduct.signals == (ConductSignal.LATE_WITHOUT_APOLOGY,)
        assert sorry_again.conduct.signals == (ConductSignal.EXTENDED_AGAIN,)

    def test_who_put_the_day_off_and_lets_it_pass_is_told_to_apologise_again(self) -> None:
        running = state_of(*received_and_put_off(2), a_step(CODE, **SORRY))

        before, after = (clock_in_words(running, today=dt.date(2024, 3, day)) for day in (11, 12))

        owed = "Hồ sơ đã hoặc sắp quá ngày hẹn lại: cơ quan phải xin lỗi (NĐ 61/2018, điều 19.9)."
        assert (owed in before, owed in after) == (False, True)

    def test_a_supplement_after_the_day_was_put_off_moves_what_the_citizen_waits_for(self) -> None:
        asked = a_snapshot(
            dossier_code=CODE, **RUNNING | {"source_updated_at": at("2024-03-12T09:00")},
            supplements=(a_supplement("1", "2024-03-11T09:00", "2024-03-12T09:00"),),
        )  # fmt: skip

        state = state_of(*received_and_put_off(2), a_step(CODE, **SORRY), asked)

        assert state.due_at_legal is not None
        assert state.due_at_legal.date() == dt.date(2024, 3, 19)
        assert state.conduct.apologise_by_date == dt.date(2024, 3, 18)

    def test_a_day_off_that_was_promised_or_named_in_an_apology_ends_with_the_next_working_day(self) -> None:
        promised = (a_snapshot(dossier_code=CODE, **RUNNING | {"due_at": at("2024-03-09T17:00")}),)
        put_off = (*received_and_put_off(5), a_step(CODE, **SORRY))

        monday = state_of(*promised, ended(on=11)), state_of(*put_off, ended(on=18))
        tuesday = state_of(*promised, ended(on=12)), state_of(*put_off, ended(on=19))

        assert [one.timeliness.value for one in (monday[0], tuesday[0])] == ["on_time", "late"]
        assert [one.conduct.signals for one in monday] == [(), ()]
        assert [one.conduct.signals for one in tuesday] == [(ConductSignal.LATE_WITHOUT_APOLOGY,)] * 2
        assert monday[0].national_timeliness == "late", "the portal keeps the sender's own date"

    @pytest.mark.parametrize(
        ("day", "signal"), [(14, "apology_late"), (15, "apology_late"), (18, "late_without_apology")]
    )
    def test_an_apology_after_the_end_is_none(self, day: int, signal: str) -> None:
        apology = an_apology(on=day, status="finished")

        state = state_of(a_snapshot(dossier_code=CODE, **RUNNING), ended(on=15), apology)

        assert state.conduct.signals == (signal,)
        assert (state.apology_at is None) == (signal == "late_without_apology")

    def test_nothing_is_owed_while_the_clock_stands_or_without_a_due_date(self) -> None:
        waiting = state_of(
            a_snapshot(dossier_code=CODE, **RUNNING, supplements=(a_supplement("1", "2024-03-06T09:00"),))
        )
        unknown = state_of(a_snapshot(dossier_code=CODE, **RUNNING, due_at=None))

        assert waiting.conduct.apologise_by_date is unknown.conduct.apologise_by_date is None

    @pytest.mark.parametrize("status", ["finished", "refused", "withdrawn", "stopped"])
    def test_every_end_after_the_due_day_without_an_apology_is_the_stronger_signal(self, status: str) -> None:
        late = {"status": status, "ended_at": DUE_AT + ONE_DAY, "source_updated_at": DUE_AT + ONE_DAY}

        state = state_of(a_snapshot(dossier_code=CODE, **late), a_step(CODE))
        excused = state_of(a_snapshot(dossier_code=CODE, **late), a_step(CODE), a_step(CODE, **SORRY))

        assert state.conduct.signals == (ConductSignal.LATE_WITHOUT_APOLOGY,)
        assert [signal.strength.value for signal in state.conduct.signals] == ["strong"]
        assert excused.conduct.signals == ()

    def test_an_end_on_the_due_day_owes_nothing(self) -> None:
        assert state_of(a_snapshot(dossier_code=CODE)).conduct.signals == ()


class TestReappointment:
    """A due date is put off once.  Source: NĐ 61/2018, điều 19.9."""

    def test_one_reappointment_is_lawful_and_a_second_is_a_signal(self) -> None:
        def put_off(days: int, hours: int) -> tuple[Told, ...]:
            told_at = SORRY["at"] + dt.timedelta(hours=hours)
            moved = {"source_updated_at": told_at + dt.timedelta(minutes=1), "due_at": DUE_AT + days * ONE_DAY}
            return (
                a_snapshot(dossier_code=CODE, **RUNNING | moved),
                a_step(CODE, **SORRY | {"at": told_at, "content": f"Xin lỗi, hẹn lại thêm {days} ngày"}),
            )

        first = a_snapshot(dossier_code=CODE, **RUNNING)
        once, twice = state_of(first, *put_off(2, 0)), state_of(first, *put_off(2, 0), *put_off(4, 5))

        assert (once.extensions, once.conduct.signals) == (1, ())
        assert (twice.extensions, twice.conduct.signals) == (2, (ConductSignal.EXTENDED_AGAIN,))

    @pytest.mark.parametrize(
        ("words", "times"),
        [
            (("Thư xin lỗi", "Phát hành thư xin lỗi"), 1),
            (("Phiếu xin lỗi và hẹn lại lần 1", "Phiếu xin lỗi và hẹn lại lần 2"), 2),
            (("Xin lỗi vì yêu cầu bổ sung lần 2", "Thư xin lỗi"), 1),
        ],
    )
    def test_one_apology_of_several_steps_is_one_and_numbered_ones_are_several(
        self, words: tuple[str, str], times: int
    ) -> None:
        first, second = words

        state = state_of(
            *received_and_put_off(4), an_apology(on=8, content=first), an_apology(on=9, content=second), ended(on=15)
        )

        assert state.extensions == times
        assert (ConductSignal.EXTENDED_AGAIN in state.conduct.signals) is (times > 1)

    def test_two_due_dates_with_an_apology_each_are_two_however_many_moves_a_nightly_sender_shows(self) -> None:
        first, last = a_snapshot(dossier_code=CODE, **RUNNING), ended(on=15)
        both = (an_apology(on=8, content="Phiếu xin lỗi"), an_apology(on=12, content="Phiếu xin lỗi"))
        night = a_snapshot(
            dossier_code=CODE,
            **RUNNING | {"source_updated_at": at("2024-03-12T23:00"), "due_at": at("2024-03-15T17:00")},
        )

        state = state_of(first, *both, night, last)

        assert [move.reason.value for move in state.promises.moves] == ["extension"]
        assert (state.extensions, state.conduct.signals) == (2, (ConductSignal.EXTENDED_AGAIN,))


def procedures_that_renew() -> list[str]:
    with (DATA / "procedures.csv").open(encoding="utf-8") as file:
        return [row["name"] for row in csv.DictReader(file) if "gia hạn" in row["name"].lower()]


def excused_by(content: str) -> tuple[int, tuple[str, ...]]:
    """Let a due date be moved after a step of these words, and end late; return the extensions and the signals."""
    said = a_step(CODE, at=RECEIVED_AT, content=content)
    state = state_of(*received_and_put_off(2), said, ended(on=13))
    return state.extensions, tuple(one.value for one in state.conduct.signals)


class TestRenewalsOfPermits:
    """To renew a permit ("gia hạn") is not to put the due date off.  Source: NĐ 61/2018, điều 19.9."""

    def test_no_procedure_that_renews_something_excuses_a_late_office(self) -> None:
        names = procedures_that_renew()

        assert len(names) >= 60
        for name in names:
            assert excused_by(f"Tiếp nhận hồ sơ {name}") == (0, ("late_without_apology",)), name

    def test_the_bare_word_would_excuse_it(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """The control."""
        monkeypatch.setattr(promises, "_EXTENSION", re.compile("gia han"))

        assert excused_by("Tiếp nhận hồ sơ gia hạn giấy phép") == (1, ())

    @pytest.mark.parametrize(
        "words",
        [
            "Gia hạn giải quyết", "Đề nghị gia hạn thời gian giải quyết hồ sơ", "Gia hạn thêm thời gian xử lý",
            "Gia hạn ngày trả kết quả", "Hẹn lại ngày trả kết quả", "Phiếu hẹn lại", "Hẹn lại ngày 13/03/2024",
            "Hẹn lại thêm 2 ngày.", "Giấy hẹn lại lần 1",
        ],
    )  # fmt: skip
    def test_words_that_put_the_due_date_off_are_an_extension(self, words: str) -> None:
        assert excused_by(words)[0] == 1

    @pytest.mark.parametrize("words", ["Hẹn lại lịch đo đạc", "Hẹn lại ngày kiểm tra thực địa", "Gia hạn tạm trú"])
    def test_words_that_put_something_else_off_are_none(self, words: str) -> None:
        assert excused_by(words)[0] == 0


class TestSupplementNotice:
    """A supplement is asked within three working days, once.  Source: NĐ 61/2018, điều 15.3 và 19.4."""

    @pytest.mark.parametrize(
        ("asked", "days", "on_time"),
        [("2024-03-07T16:00", None, True), ("2024-03-08T08:00", None, False), ("2024-03-08T08:00", 5, True)],
    )
    def test_the_first_request_is_held_against_three_working_days_or_those_of_the_procedures_own_law(
        self, asked: str, days: int | None, *, on_time: bool
    ) -> None:
        snapshot = a_snapshot(dossier_code=CODE, **RUNNING, supplements=(a_supplement("1", asked),))

        conduct = state_of(snapshot, terms=Terms(notice_days=days) if days else None).conduct

        assert conduct.supplement_notice_on_time is on_time
        assert (ConductSignal.SUPPLEMENT_NOTICE_LATE in conduct.signals) is not on_time

    @pytest.mark.parametrize(("asked", "on_time"), [("2024-03-14T09:00", True), ("2024-03-15T08:00", False)])
    def test_a_receipt_after_15_hours_counts_as_one_of_the_next_working_day_for_the_notice_too(
        self, asked: str, *, on_time: bool
    ) -> None:
        said: dict[str, Any] = {"received_at": at("2024-03-08T16:00"), "due_at": at("2024-03-18T17:00")}
        snapshot = a_snapshot(dossier_code=CODE, **RUNNING | said, supplements=(a_supplement("1", asked),))

        shifted, plain = state_of(snapshot, terms=Terms(late_receipt_shifts=True)), state_of(snapshot)

        assert (shifted.conduct.supplement_notice_on_time, plain.conduct.supplement_notice_on_time) == (on_time, False)

    def test_nobody_who_asked_nothing_asked_in_time_or_late(self) -> None:
        assert state_of(a_snapshot(dossier_code=CODE)).conduct.supplement_notice_on_time is None

    @pytest.mark.parametrize("keys", [("7", "2024-03-05T01:00:00+00:00"), ("12", "7"), ("7", "7")])
    def test_a_request_told_under_two_keys_is_one_request(self, keys: tuple[str, str]) -> None:
        asked = a_snapshot(dossier_code=CODE, **RUNNING, supplements=(a_supplement(keys[0], "2024-03-05T08:00"),))
        later = {**RUNNING, "source_updated_at": RECEIVED_AT + ONE_DAY}
        answered = a_supplement(keys[1], "2024-03-05T08:00", "2024-03-07T08:00")
        again = a_snapshot(dossier_code=CODE, **later, supplements=(answered,))

        for state in (state_of(asked, again), state_of(again, asked)):
            assert state.supplement_requests == 1

    def test_a_supplement_asked_more_than_once_is_a_signal(self) -> None:
        asked = (a_supplement("1", "2024-03-05T09:00", "2024-03-06T09:00"), a_supplement("2", "2024-03-07T09:00"))

        conduct = state_of(a_snapshot(dossier_code=CODE, **RUNNING, supplements=asked)).conduct

        assert conduct.signals == (ConductSignal.SUPPLEMENT_ASKED_AGAIN,)


class TestDueDates:
    """The sender's due date and ours are both kept, and their difference is seen (our words)."""

    def test_the_senders_due_date_that_was_put_off_differs_from_ours(self) -> None:
        moved = {"due_at": DUE_AT + ONE_DAY, "source_updated_at": RECEIVED_AT + ONE_DAY}

        same, other = a_snapshot(dossier_code=CODE, **RUNNING), a_snapshot(dossier_code=CODE, **RUNNING | moved)

        assert state_of(same).due_date_differs is False
        assert (state_of(same, other).due_at_legal, state_of(same, other).due_at) == (DUE_AT, DUE_AT + ONE_DAY)
        assert state_of(same, other).due_date_differs is True

    @pytest.mark.parametrize(("days", "differs"), [(5, False), (6, True)])
    def test_a_promise_differs_from_the_limit_of_the_catalogue_by_the_day(self, days: int, *, differs: bool) -> None:
        terms = Terms(Limit(days, LimitUnit.WORKING_DAY))

        state = state_of(a_snapshot(dossier_code=CODE, due_at=at("2024-03-11T09:00")), terms=terms)

        assert state.due_date_differs is differs
        assert ("due_date_differs" in state.warnings) is differs

    def test_a_procedures_own_law_pauses_where_the_decree_restarts(self) -> None:
        asked = (a_supplement("1", "2024-03-06T09:00", "2024-03-08T09:00"),)
        snapshot = a_snapshot(dossier_code=CODE, **RUNNING, supplements=asked)

        restarted = state_of(snapshot)
        paused = state_of(snapshot, terms=Terms(supplement_effect=Effect.PAUSE))

        assert restarted.due_at_legal == at("2024-03-15T17:00")
        assert paused.due_at_legal == at("2024-03-13T17:00")


TODAY = dt.datetime.now(dt.timezone(dt.timedelta(hours=7))).replace(hour=17, minute=0, second=0, microsecond=0)


def a_running_one(days_to_go: int, **said: Any) -> Transaction:
    received = TODAY - 30 * ONE_DAY
    usual = {"received_at": received, "due_at": TODAY + days_to_go * ONE_DAY, "source_updated_at": received}
    return a_transaction(**RUNNING | usual | said)


def test_one_row_and_the_list_agree_on_every_apology_and_every_signal(api: ContractClient) -> None:
    for days in (-2, -1, 0, 1, 2):
        a_running_one(days)
        a_running_one(days, steps=({"at": TODAY + (days - 1) * ONE_DAY, "content": "Xin lỗi tổ chức, cá nhân"},))
    a_running_one(-3, supplements=(a_supplement("1", "2024-03-06T09:00"), a_supplement("2", "2024-03-07T09:00")))
    a_transaction(supplements=(a_supplement("1", "2024-03-08T09:00", "2024-03-08T10:00"),))
    a_transaction(ended_at=DUE_AT + ONE_DAY, source_updated_at=DUE_AT + ONE_DAY)
    a_transaction()
    reader = api.machine("transactions:read")
    rows = [
        reader.get(f"/transactions/{code}").json()
        for code in Transaction.objects.values_list("dossier_code", flat=True)
    ]

    def listed(query: str) -> set[str]:
        return {one["dossier_code"] for one in reader.get(f"/transactions?page_size=100&{query}").json()["results"]}

    def showing(*codes: str) -> set[str]:
        return {row["dossier_code"] for row in rows if any(signal["code"] in codes for signal in row["signals"])}

    due = {row["dossier_code"] for row in rows if row["apology_due"]}
    assert listed("apology_due=true") == due
    assert listed("apology_due=false") == {row["dossier_code"] for row in rows} - due
    for signal in ConductSignal.values:
        assert listed(f"signals={signal}") == showing(signal), signal
    assert listed("signals=apology_late,late_without_apology") == showing("apology_late", "late_without_apology")
    assert len(due) == 4 + 1
    assert len(showing("late_without_apology")) == 2 + 1 + 1
    assert {
        row["dossier_code"]: row["signals"] for row in reader.get("/transactions?page_size=100").json()["results"]
    } == {row["dossier_code"]: row["signals"] for row in rows}


def test_due_dates_that_differ_are_listed(api: ContractClient) -> None:
    other, same = a_transaction(), a_transaction()
    later: dict[str, Any] = {"due_at": DUE_AT + ONE_DAY, "source_updated_at": FINISHED_AT + ONE_DAY}
    a_transaction(dossier_code=other.dossier_code, **later)
    reader = api.machine("transactions:read")

    def listed(differs: str) -> list[str]:
        answer = reader.get(f"/transactions?due_date_differs={differs}").json()
        return [row["dossier_code"] for row in answer["results"]]

    assert listed("true") == [other.dossier_code]
    assert listed("false") == [same.dossier_code]


def test_an_unknown_signal_is_refused(api: ContractClient) -> None:
    answer = api.machine("transactions:read").get("/transactions?signals=lazy")

    assert answer.status_code == 400


def test_what_the_procedures_own_law_says_of_supplements_is_data_of_its_version(api: ContractClient) -> None:
    keeper = api.signed_in("procedures:read", "procedures:write")
    own_law: dict[str, Any] = {
        "name": "Thủ tục mẫu", "field": "Hộ tịch", "valid_from": "2024-01-01", "supplement_rule": "pause",
        "supplement_notice_days": 5,
    }  # fmt: skip
    asked: dict[str, Any] = {
        "supplements": (a_supplement("1", "2024-03-08T09:00", "2024-03-11T09:00"),),
        "ended_at": None,
    }
    decree = a_transaction(status="processing", **asked)

    tag = keeper.get(f"/procedures/{PROCEDURE}")["ETag"]
    told = keeper.put(f"/procedures/{PROCEDURE}", own_law, headers={"If-Match": tag})
    sector = a_transaction(status="processing", **asked)

    assert told.json()["supplement_notice_days"] == 5
    assert (decree.supplement_notice_on_time, sector.supplement_notice_on_time) == (False, True)
    assert (decree.due_at_legal, sector.due_at_legal) == (at("2024-03-18T17:00"), at("2024-03-12T17:00"))

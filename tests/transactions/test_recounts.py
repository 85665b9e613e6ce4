"""What runs is recounted after the calendar changed; what has ended keeps its label."""

import datetime as dt
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connections

from procedures.calendar.models import CalendarVersion
from procedures.calendar.rules import ZONE
from procedures.calendar.services import set_day
from procedures.transactions.models import Recount, Transaction
from procedures.transactions.rules.messages import SupplementTold
from procedures.transactions.services import request_calendar_recount, writing
from procedures.transactions.services.rewriting import rewrite
from procedures.vocabulary import DayKind
from tests.builders.exclusions import a_late_dossier, a_proposal, decider, proposer, settle
from tests.builders.ratings import a_unit
from tests.builders.transactions import a_dossier_code, a_message, a_snapshot, a_transaction, tell
from tests.contract_client import ContractClient

ROOT = Path(__file__).resolve().parents[2]
WEDNESDAY = dt.date(2026, 12, 9)
BEFORE_THE_END, AFTER_THE_END = (dt.datetime(2026, 12, day, 9, 0, tzinfo=ZONE) for day in (5, 14))
MANY = 2000


def at(day: int, hour: int = 8) -> dt.datetime:
    return dt.datetime(2026, 12, day, hour, 0, tzinfo=ZONE)


def a_restarted_dossier(**said: object) -> Transaction:
    """Received on the 1st for the 8th (five days), complete on the 3rd: due on Thursday the 10th; ended on the 11th."""
    usual = {
        "dossier_code": a_dossier_code(), "received_at": at(1), "due_at": at(8, 17), "ended_at": at(11, 16),
        "source_updated_at": at(11, 16), "now": AFTER_THE_END,
        "supplements": (SupplementTold("1", at(2), at(3)),), "receiving_unit_code": a_unit().code,
        "settling_unit_code": a_unit().code,
    }  # fmt: skip
    return a_transaction(**{**usual, **said})  # type: ignore[arg-type]


def a_running_dossier() -> Transaction:
    return a_restarted_dossier(status="processing", ended_at=None, source_updated_at=at(4))


def close_the_wednesday(now: dt.datetime) -> None:
    set_day(date=WEDNESDAY, kind=DayKind.HOLIDAY, name="Nghỉ do bão", by="test", now=now)


def label_of(row: Transaction) -> tuple[str, int]:
    row.refresh_from_db()
    return row.timeliness, row.calendar_id


class TestEnded:
    """A change made after a transaction closed never changes its label."""

    def test_a_change_after_the_end_changes_nothing_even_when_everything_is_written_anew(self) -> None:
        row = a_restarted_dossier()

        close_the_wednesday(AFTER_THE_END)
        call_command("run_jobs", only="recounts")
        rewrite(dossier_codes=[row.dossier_code], now=AFTER_THE_END)

        assert label_of(row) == ("late", 1)

    def test_control_judged_by_the_newest_edition_the_label_would_change(self, monkeypatch: pytest.MonkeyPatch) -> None:
        row = a_restarted_dossier()
        close_the_wednesday(AFTER_THE_END)
        monkeypatch.setattr(writing, "_edition", lambda _state, editions, **_: editions.newest)

        rewrite(dossier_codes=[row.dossier_code], now=AFTER_THE_END)

        assert label_of(row) == ("on_time", 2)

    def test_an_end_that_is_told_late_is_judged_by_the_calendar_of_its_day(self) -> None:
        told_before = a_restarted_dossier()
        close_the_wednesday(AFTER_THE_END)

        told_after = a_restarted_dossier()

        assert label_of(told_before) == label_of(told_after) == ("late", 1)

    def test_a_change_before_the_end_counts_whenever_the_end_is_told(self) -> None:
        close_the_wednesday(BEFORE_THE_END)

        assert label_of(a_restarted_dossier()) == ("on_time", 2)

    @pytest.mark.parametrize("end", [at(11, 16), None], ids=["a dated end", "an end nobody dated"])
    def test_what_ended_before_there_was_a_calendar_is_judged_alike_whatever_came_first(
        self, end: dt.datetime | None
    ) -> None:
        """Everything that is filled in from older years ended before the first edition was published."""
        CalendarVersion.objects.update(published_at=BEFORE_THE_END + dt.timedelta(days=8))
        running, ended = ({"status": "processing", "ended_at": None, "source_updated_at": at(4)}, {"ended_at": end})
        end_first = a_restarted_dossier(**ended)
        end_last = a_restarted_dossier(**running)

        close_the_wednesday(AFTER_THE_END + dt.timedelta(hours=1))
        a_restarted_dossier(dossier_code=end_first.dossier_code, **running)
        a_restarted_dossier(dossier_code=end_last.dossier_code, **ended)

        assert label_of(end_first) == label_of(end_last) == ("late" if end else "not_judged", 1)

    def test_what_is_heard_of_after_a_change_and_ended_before_the_first_edition_is_counted_with_the_change(
        self,
    ) -> None:
        CalendarVersion.objects.update(published_at=BEFORE_THE_END + dt.timedelta(days=7))
        close_the_wednesday(BEFORE_THE_END + dt.timedelta(days=8))

        assert label_of(a_restarted_dossier()) == ("on_time", 2)

    def test_what_is_taken_up_again_is_counted_by_the_newest_calendar(self) -> None:
        row = a_restarted_dossier()
        close_the_wednesday(AFTER_THE_END)

        again = a_snapshot(
            dossier_code=row.dossier_code, status="processing", source_updated_at=at(15), ended_at=None,
            received_at=None, due_at=None, cleared=frozenset({"ended_at"}),
        )  # fmt: skip
        tell(a_message(again), now=at(15))

        assert label_of(row) == ("running", 2)


class TestRunning:
    """What runs follows the calendar, and everybody can see how far that is."""

    def test_publishing_a_day_asks_for_the_recount_and_tells_its_progress(self) -> None:
        row, ended = a_running_dossier(), a_late_dossier()
        keeper = ContractClient().signed_in("procedures:read", "procedures:write")
        day = {"kind": "holiday", "name": "Nghỉ do bão"}
        keeper.put(f"/calendar/days/{WEDNESDAY}", day)

        asked = keeper.get("/recounts").json()["results"]
        call_command("run_jobs", only="recounts")
        done = keeper.get(f"/recounts/{asked[0]['id']}").json()

        assert [(one["state"], one["total"], one["done"], one["calendar_version"]) for one in asked] == [
            ("queued", 1, 0, "2")
        ]
        assert (done["state"], done["done"], done["changed"]) == ("finished", 1, 1)
        row.refresh_from_db()
        assert (row.due_at_legal, row.calendar_id) == (at(11, 17), 2)
        assert label_of(ended) == ("late", 1)

    def test_the_same_edition_is_recounted_once(self) -> None:
        a_running_dossier()
        close_the_wednesday(BEFORE_THE_END)

        first = request_calendar_recount(by="test", now=AFTER_THE_END)
        second = request_calendar_recount(by="test", now=AFTER_THE_END)
        call_command("run_jobs", only="recounts")

        assert first == second
        assert Recount.objects.count() == 1
        assert request_calendar_recount(by="test", now=AFTER_THE_END).state == "finished"  # type: ignore[union-attr]

    def test_an_exclusion_for_more_dossiers_than_one_chunk_is_left_to_the_worker(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("procedures.transactions.services.recounting.CHUNK", 2)
        unit, rows = a_unit(), [a_restarted_dossier() for _ in range(5)]
        period = {"begins_at": "2026-12-04T08:00:00+07:00", "ends_at": "2026-12-07T17:00:00+07:00"}
        exclusion = proposer(unit).once("/exclusions", a_proposal(*rows, **period)).json()
        settle(exclusion, "approval", decider())
        waiting = Recount.objects.get(reference=exclusion["id"])
        labels = {label_of(row)[0] for row in rows}

        call_command("run_jobs", only="recounts")

        waiting.refresh_from_db()
        assert (labels, waiting.state, waiting.done, waiting.changed) == ({"late"}, "finished", 5, 5)
        assert {label_of(row)[0] for row in rows} == {"on_time"}


def many_running_dossiers() -> list[str]:
    codes = [f"000.00.00.H34-261201-{number:04d}" for number in range(MANY)]
    supplements = (SupplementTold("1", at(2), at(3)),)
    for place in range(0, MANY, 1000):
        messages = [
            a_message(a_snapshot(
                dossier_code=code, status="processing", received_at=at(1), due_at=at(8, 17), ended_at=None,
                source_updated_at=at(4), supplements=supplements,
            ))
            for code in codes[place : place + 1000]
        ]  # fmt: skip
        tell(*messages, now=at(4))
    return codes


def recounting(url: str) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "manage.py", "run_jobs", "--only", "recounts"], cwd=ROOT,
        env={**os.environ, "DATABASE_URL": url}, stdout=subprocess.DEVNULL,
    )  # fmt: skip


@pytest.mark.slow
def test_a_recount_that_is_killed_goes_on_where_it_stood_while_senders_push(own_database: str) -> None:
    """Killed with -9 in the middle; a sender pushes the same dossiers meanwhile; each dossier is counted once."""
    codes = many_running_dossiers()
    close_the_wednesday(BEFORE_THE_END)
    recount = request_calendar_recount(by="test", now=BEFORE_THE_END)
    assert recount is not None
    pushed = [codes[number] for number in range(0, MANY, 40)]

    def push() -> None:
        for code in pushed:
            tell(a_message(a_snapshot(
                dossier_code=code, status="processing", source_updated_at=at(7), ended_at=None, received_at=None,
                due_at=None, contacts=1,
            )), now=at(7))  # fmt: skip
        connections.close_all()

    process = recounting(own_database)
    until = time.monotonic() + 60
    while not recount.done and time.monotonic() < until:
        time.sleep(0.01)
        recount.refresh_from_db()
    process.send_signal(signal.SIGKILL)
    process.wait()
    recount.refresh_from_db()
    killed_at = recount.done
    pushing = threading.Thread(target=push)
    pushing.start()
    second = recounting(own_database)
    assert second.wait(timeout=120) == 0
    pushing.join(timeout=60)

    recount.refresh_from_db()
    assert 0 < killed_at < MANY, "it was killed in the middle"
    assert recount.state == "finished"
    assert set(Transaction.objects.values_list("calendar_id", "due_at_legal")) == {(2, at(11, 17))}
    untouched = Transaction.objects.exclude(dossier_code__in=pushed)
    assert set(untouched.values_list("version", flat=True)) == {2}, "nothing was written twice"
    assert rewrite(dossier_codes=codes, now=at(14)) == 0, "control: folding everything again finds nothing to change"

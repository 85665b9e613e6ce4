"""What the clock asks for is done once, in order, by one worker, and again when it was interrupted."""

import datetime as dt
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection
from django.utils.timezone import now

from api.health import readiness
from api.models import Routine
from api.routines import doing
from api.routines.doing import alone, do_next, overdue_seconds
from api.routines.schedule import every, monthly, night_of, nightly
from api.routines.works import Work, works
from feedback.models import Rating, RatingSummary
from procedures.calendar.rules import ZONE
from tests.builders.ratings import a_dossier, a_unit, give
from tests.contract_client import ContractClient
from tests.http.serving import ROOT
from tests.idempotency.crowds import at_once
from tests.ratings.test_quarantine import a_clerk_who_rates_himself, a_rating

NOON = dt.datetime(2026, 3, 4, 12, tzinfo=ZONE)
DAY = dt.timedelta(days=1)


def at(day: int, hour: int = 12, month: int = 3) -> dt.datetime:
    return dt.datetime(2026, month, day, hour, tzinfo=ZONE)


class Diary:
    """Routines that write down that they were done, one of which may fail."""

    def __init__(self) -> None:
        self.done: list[str] = []
        self.failing = ""
        self.works = [self._work("first"), self._work("second", after="first"), self._work("third")]

    def _work(self, name: str, after: str = "") -> Work:
        def do(_at: dt.datetime, _last: dt.datetime | None) -> str:
            if name == self.failing:
                raise ValueError(name)
            self.done.append(name)
            return "done"

        return Work(name, nightly, do, after)

    def night(self, moment: dt.datetime) -> list[str]:
        """Do what is due and return what was done."""
        self.done.clear()
        while do_next(works=self.works, now=moment):
            pass
        return list(self.done)


def test_each_is_done_once_a_day_in_its_order() -> None:
    diary = Diary()

    assert diary.night(at(4, 9)) == ["first", "second", "third"]
    assert diary.night(at(4, 23)) == []
    assert diary.night(at(5, 0)) == [], "a night begins an hour after midnight"
    assert diary.night(at(5, 1)) == ["first", "second", "third"]
    assert diary.night(at(9)) == ["first", "second", "third"], "days that were missed are made up for together"


def test_what_was_begun_late_leaves_the_next_day_its_own() -> None:
    diary = Diary()
    diary.night(at(4, 23) + dt.timedelta(minutes=59))

    assert diary.night(at(5, 1)) == ["first", "second", "third"]


def test_what_fails_is_told_and_stops_only_what_must_come_after_it(caplog: pytest.LogCaptureFixture) -> None:
    diary = Diary()
    diary.failing = "first"
    with_failure = diary.night(NOON)
    diary.failing = ""

    assert with_failure == ["third"]
    assert "the routine first failed" in caplog.text
    assert diary.night(NOON + dt.timedelta(minutes=9)) == [], "it is not tried all the time"
    assert diary.night(NOON + dt.timedelta(minutes=11)) == ["first", "second"]


def test_the_examination_comes_before_the_release_and_the_release_never_without_it() -> None:
    ours = {work.name: work for work in works()}

    assert next(iter(ours)) == "examine_ratings"
    assert ours["release_ratings"].after == "examine_ratings"
    assert {"fold_counts", "forget_answers", "forget_message_bodies", "destroy_rating_links"} < set(ours)


class TestStuffedRatingsNeverEnterACell:
    """Flagged before they are told; told first they would stay.  Source: docs/decisions/0009-who-sees-ratings.md."""

    @pytest.fixture(autouse=True)
    def on_a_monday(self) -> Iterator[None]:
        """On other days of the week fewer than five of the stuffed ratings stand in weeks that may be told."""
        with time_machine.travel(dt.datetime(2026, 11, 30, 10, tzinfo=dt.UTC)):
            yield

    @pytest.fixture
    def stuffed(self) -> set[str]:
        return {str(rating.pk) for rating in a_clerk_who_rates_himself()}

    def told(self) -> set[str]:
        return {str(pk) for pk in Rating.objects.exclude(summarised=None).values_list("pk", flat=True)}

    def test_in_a_night(self, stuffed: set[str]) -> None:
        call_command("run_jobs", only="routines")

        assert not stuffed & self.told()
        assert Routine.objects.get(name="release_ratings").begun_at is not None

    def test_control_released_without_an_examination_they_are_told(self, stuffed: set[str]) -> None:
        (release,) = (work for work in works() if work.name == "release_ratings")

        while do_next(works=[release], now=now()):
            pass

        assert stuffed & self.told()

    def test_when_nobody_looked_for_months(self) -> None:
        """The first night looks at all that waits to be told, not only at the last four weeks."""
        unit = a_unit()
        long_ago = now() - dt.timedelta(weeks=9)
        quick = [
            a_rating(at=long_ago - number * DAY, waits=dt.timedelta(seconds=9) if number < 6 else dt.timedelta(hours=5))
            for number in range(12)
        ][:6]

        call_command("run_jobs", only="routines")

        assert unit is not None
        assert not {str(rating.pk) for rating in quick} & self.told()
        assert Rating.objects.filter(state="quarantined").count() == 6


class TestOneWorkerAlone:
    """Two workers that look at the same time do a routine once."""

    def both(self) -> int:
        """Let one worker be at a routine while another looks for work; return how often it was done."""
        begun, seen, times = threading.Event(), threading.Event(), []

        def do(_at: dt.datetime, _last: dt.datetime | None) -> str:
            times.append(1)
            begun.set()
            seen.wait(10)
            return "done"

        def worker(number: int) -> str:
            if number:
                begun.wait(10)
            told = do_next(works=[Work("slow", nightly, do)], now=NOON)
            seen.set()
            return told

        at_once(2, worker)
        return len(times)

    def test_the_second_leaves_it(self, own_database: str) -> None:
        assert self.both() == 1
        assert Routine.objects.get().begun_at == NOON

    def test_control_without_the_lock_both_do_it(self, own_database: str, monkeypatch: pytest.MonkeyPatch) -> None:
        @contextmanager
        def careless() -> Iterator[bool]:
            yield True

        monkeypatch.setattr(doing, "alone", careless)

        assert self.both() == 2

    def test_who_looked_before_the_other_had_done_it_does_not_do_it_again(
        self, own_database: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        diary, usual = Diary(), doing.alone

        @contextmanager
        def late() -> Iterator[bool]:
            monkeypatch.setattr(doing, "alone", usual)
            at_once(1, lambda _: diary.night(NOON))
            with usual() as is_alone:
                yield is_alone

        monkeypatch.setattr(doing, "alone", late)
        do_next(works=diary.works, now=NOON)

        assert diary.done == ["first", "second", "third"]

    def test_the_lock_holds_back_neither_the_feed_nor_anything_else(self, own_database: str) -> None:
        with alone() as is_alone, connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE backend_xid IS NOT NULL")

            assert (is_alone, cursor.fetchone()[0]) == (True, 0)


COMMAND = [sys.executable, str(ROOT / "manage.py"), "run_jobs", "--only", "routines"]
RELEASE_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('feedback_ratingsummary', 0))"


@contextmanager
def a_release_that_waits() -> Iterator[None]:
    """Hold what a release waits for."""
    own = connection.copy()
    own.set_autocommit(False)
    with own.cursor() as cursor:
        cursor.execute(RELEASE_LOCK)
        yield
    own.close()


def begin(database: str) -> "subprocess.Popen[str]":
    how = {**os.environ, "DATABASE_URL": database}
    return subprocess.Popen(COMMAND, env=how, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def is_waiting() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks JOIN pg_database d ON d.oid = database"
            " WHERE d.datname = current_database() AND locktype = 'advisory' AND NOT granted"
        )
        return bool(cursor.fetchone()[0])


def wait_until_it_waits() -> None:
    ends = time.monotonic() + 60
    while not is_waiting() and time.monotonic() < ends:
        time.sleep(0.1)
    assert is_waiting()


@pytest.mark.slow
def test_a_worker_killed_in_the_middle_of_a_night_is_followed_by_one_that_goes_on(own_database: str) -> None:
    last_month = now() - dt.timedelta(weeks=4)
    for number in range(5):
        give(a_dossier(), at=last_month - number * dt.timedelta(days=2, minutes=47))
    with a_release_that_waits():
        worker = begin(own_database)
        wait_until_it_waits()
        idle = begin(own_database)  # another beside it finds nothing to do
        beside = idle.communicate(timeout=60)[0]
        worker.send_signal(signal.SIGKILL)
        killed = worker.communicate()[0]
    stood = dict(Routine.objects.values_list("name", "begun_at"))

    after = begin(own_database).communicate(timeout=60)[0]

    done = [line.split(":")[0] for line in after.splitlines()]
    assert (beside, killed) == ("", "examine_ratings: 0 put aside\n")
    assert stood["release_ratings"] is None
    assert done == [work.name for work in works()][1:], "what was interrupted is done again, what was done is not"
    assert RatingSummary.objects.count() == 1
    assert None not in Routine.objects.values_list("begun_at", flat=True)


class TestWhenWorkIsDue:
    def test_monthly_is_the_first_night_of_a_month(self) -> None:
        assert monthly(at(4), at(30)) == at(1, 1, month=4)
        assert monthly(at(1, 0, month=4), at(1, 2, month=4)) == at(1, 1, month=4), "an hour too early was March's"
        assert monthly(dt.datetime(2026, 12, 31, 5, tzinfo=ZONE), NOON) == dt.datetime(2027, 1, 1, 1, tzinfo=ZONE)
        assert monthly(None, at(9)) == at(9, 1)

    def test_often_is_a_while_after_the_last_time(self) -> None:
        often = every(dt.timedelta(minutes=5))

        assert often(NOON, at(9)) == NOON + dt.timedelta(minutes=5)
        assert often(None, NOON) == NOON

    def test_a_night_belongs_to_the_local_day(self) -> None:
        assert night_of(dt.datetime(2026, 3, 3, 18, tzinfo=dt.UTC)) == dt.date(2026, 3, 4)


def test_a_night_that_nobody_worked_is_told_to_whoever_watches(
    api: ContractClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    diary = Diary()
    diary.night(at(4))
    fresh = readiness.Remembered()
    monkeypatch.setattr("api.health.measures.remembered", fresh)
    call_command("run_jobs", only="routines")

    assert overdue_seconds(works=diary.works, now=at(4, 23)) == 0
    assert overdue_seconds(works=diary.works, now=at(6, 4)) == 27 * 3600
    assert "routine_overdue_seconds 0.0" in api.get("/metrics").content.decode()

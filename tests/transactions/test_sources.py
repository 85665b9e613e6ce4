"""Of the sources that may not write over others, one counts for a dossier.  Source: docs/decisions/0007-sources.md."""

import datetime as dt
import itertools
from typing import Any

import pytest

from api.access.models import ApiClient
from procedures.errors import RankNotAhead
from procedures.transactions.models import Message, SourceRank, Step, Transaction
from procedures.transactions.rules.doubts import doubts_in
from procedures.transactions.services import counting, rank_source
from tests.builders.transactions import (
    FINISHED_AT,
    NOW,
    RECEIVED_AT,
    a_dossier_code,
    a_message,
    a_snapshot,
    a_step,
    tell,
)
from tests.contract_client import ContractClient, problem

HOUR = dt.timedelta(hours=1)
KEEPER, OTHER = "motcua-mau", "cong-mau"


def a_report(**changes: object) -> dict[str, object]:
    """Return a state as our own API takes it."""
    usual = {
        "source_updated_at": "2024-03-04T08:20:00+07:00", "status": "received", "procedure": "1.004884",
        "receiving_unit": "gso2024:62", "received_at": "2024-03-04T08:15:00+07:00",
    }  # fmt: skip
    return usual | changes


LATER = {"source_updated_at": "2024-03-05T08:20:00+07:00", "status": "withdrawn"}


def test_another_source_does_not_write_over_what_the_keeper_told() -> None:
    code = a_dossier_code()
    tell(a_message(a_snapshot(dossier_code=code)), source=KEEPER)

    state, steps = tell(
        a_message(a_snapshot(dossier_code=code, source_updated_at=FINISHED_AT + HOUR, status="withdrawn")),
        a_message(a_step(code, at=FINISHED_AT + HOUR, status="stopped")),
        source=OTHER,
    )

    row = Transaction.objects.get(dossier_code=code)
    assert [[fault.code for fault in one.faults] for one in (state, steps)] == [["other_source"], ["other_source"]]
    assert (row.status, row.source, Step.objects.filter(transaction=row).count()) == ("finished", KEEPER, 0)
    assert "source_contested" in row.warnings


def test_without_the_rule_the_other_source_would_have_written_over(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control."""
    monkeypatch.setattr(counting, "keeper_of", lambda *_: None)

    with pytest.raises(AssertionError):
        test_another_source_does_not_write_over_what_the_keeper_told()


def test_a_source_with_the_right_corrects_what_the_keeper_told_and_does_not_become_the_keeper() -> None:
    code = a_dossier_code()
    early = a_message(a_snapshot(dossier_code=code, source_updated_at=RECEIVED_AT - HOUR, status="registered"))
    tell(early, source=OTHER, may_overwrite=True)
    tell(a_message(a_snapshot(dossier_code=code, contacts=1)), source=KEEPER)
    correction = a_snapshot(dossier_code=code, source_updated_at=FINISHED_AT + HOUR, contacts=3)

    (corrected,) = tell(a_message(correction), source=OTHER, may_overwrite=True)
    (kept_on,) = tell(a_message(correction._replace(source_updated_at=FINISHED_AT + 2 * HOUR)), source=KEEPER)

    assert (corrected.outcome, corrected.faults, kept_on.faults) == ("updated", (), ())
    assert Transaction.objects.get(dossier_code=code).contacts == 3


def test_the_same_message_sent_again_with_the_right_counts() -> None:
    code = a_dossier_code()
    tell(a_message(a_snapshot(dossier_code=code)), source=KEEPER)
    later = a_message(a_snapshot(dossier_code=code, source_updated_at=FINISHED_AT + HOUR, contacts=2))

    answers = [tell(later, source=OTHER, may_overwrite=right)[0].outcome for right in (False, False, True, False)]

    assert answers == ["rejected", "rejected", "updated", "unchanged"]
    assert Message.objects.get(source=OTHER).may_overwrite


def test_who_keeps_a_dossier_does_not_depend_on_who_came_first() -> None:
    ends = []
    for order in itertools.permutations(["older", "newer", "steps of the newer"]):
        code = a_dossier_code()
        told = {
            "older": (KEEPER, a_message(a_snapshot(dossier_code=code, source_updated_at=RECEIVED_AT, contacts=0))),
            "newer": (OTHER, a_message(a_snapshot(dossier_code=code, contacts=1))),
            "steps of the newer": (OTHER, a_message(a_step(code))),
        }
        for name in order:
            source, message = told[name]
            tell(message, source=source)
        row = Transaction.objects.get(dossier_code=code)
        messages = Message.objects.filter(dossier_code=code).order_by("source", "kind")
        ends.append(
            (row.source, row.contacts, row.warnings, row.steps.count(), list(messages.values_list("is_foreign")))
        )

    assert ends == [ends[0]] * 6
    assert ends[0][:2] == (KEEPER, 0)
    assert ends[0][3:] == (0, [(True,), (True,), (False,)])


def test_a_smaller_rank_goes_before_an_older_state_from_its_day_on() -> None:
    rank_source(source=OTHER, rank=1, valid_from=dt.date(2024, 3, 4), by="test", now=NOW - dt.timedelta(days=99))
    rank_source(source=OTHER, rank=200, valid_from=dt.date(2024, 4, 1), by="test", now=NOW - dt.timedelta(days=99))
    kept = []
    for shift in (dt.timedelta(0), dt.timedelta(days=60)):
        code = a_dossier_code()
        for source, at in ((KEEPER, RECEIVED_AT), (OTHER, FINISHED_AT)):
            tell(a_message(a_snapshot(dossier_code=code, source_updated_at=at + shift)), source=source)
        kept.append(Transaction.objects.get(dossier_code=code).source)

    assert kept == [OTHER, KEEPER]


def test_a_rank_changes_nothing_that_stands() -> None:
    with pytest.raises(RankNotAhead):
        rank_source(source=OTHER, rank=1, valid_from=NOW.date(), by="test", now=NOW)

    assert not SourceRank.objects.exists()


def test_the_keeper_is_named_only_to_who_may_read_transactions(api: ContractClient) -> None:
    code = a_dossier_code()
    api.machine("transactions:write", source=KEEPER).put(f"/transactions/{code}", a_report())
    blind = api.machine("transactions:write", source=OTHER)
    seeing = api.machine("transactions:write", "transactions:read", source="mot-nguon-khac")

    answers = [one.put(f"/transactions/{code}", a_report(**LATER)) for one in (blind, seeing)]

    assert [problem(answer) for answer in answers] == [(409, "other-source")] * 2
    assert [KEEPER in answer.content.decode() for answer in answers] == [False, True]
    assert KEEPER not in blind.get("/journal").content.decode()


def test_a_batch_tells_whose_a_dossier_is_row_by_row_and_a_replay_takes_it_once_granted(api: ContractClient) -> None:
    code, free = a_dossier_code(), a_dossier_code()
    api.machine("transactions:write", source=KEEPER).put(f"/transactions/{code}", a_report())
    other = api.machine("transactions:write", source=OTHER)
    rows = [a_report(dossier_code=code, **LATER), a_report(dossier_code=free)]

    answer = other.post("/transactions/batch", rows).json()
    (refused,) = other.get("/journal?outcome=rejected").json()["results"]
    still = other.post(f"/journal/{refused['id']}/replay").json()
    granted = ["transactions:write", "transactions:overwrite"]
    ApiClient.objects.filter(source=OTHER).update(scopes=granted)
    holder = other._holding(_token_of(granted))
    taken = holder.post(f"/journal/{refused['id']}/replay").json()

    assert [row["outcome"] for row in answer["results"]] == ["rejected", "created"]
    assert [fault["code"] for fault in answer["results"][0]["errors"]] == ["other_source"]
    assert (still["outcome"], taken["outcome"], taken["faults"]) == ("rejected", "updated", [])
    assert Transaction.objects.get(dossier_code=code).status == "withdrawn"


def _token_of(scopes: list[str]) -> str:
    from api.access import tokens  # noqa: PLC0415 - one use

    return tokens.issue(scopes=scopes, client=ApiClient.objects.get(source=OTHER), now=dt.datetime.now(dt.UTC))


class TestOneInstant:
    """Two states of one instant are put in order the same way everywhere, and both senders hear of it."""

    def test_the_same_instant_with_another_content_is_reported_in_the_answer_and_in_the_journal(self) -> None:
        ends = []
        for order in ((1, 2), (2, 1)):
            code = a_dossier_code()
            answers = [tell(a_message(a_snapshot(dossier_code=code, contacts=count)))[0] for count in order]
            warned = ["same_instant" in one.warnings for one in answers]
            journal = [Message.objects.get(pk=one.message_id or 0).warnings for one in answers]
            ends.append((Transaction.objects.get(dossier_code=code).contacts, warned, journal))

        assert ends == [(2, [False, True], [["same_instant"], ["same_instant"]])] * 2

    def test_the_same_content_again_and_another_instant_are_not(self) -> None:
        code = a_dossier_code()
        first = a_snapshot(dossier_code=code)

        answers = tell(a_message(first), a_message(first, a_step(code)))
        answers += tell(a_message(first._replace(source_updated_at=FINISHED_AT + HOUR, contacts=1)))

        assert ["same_instant" in one.warnings for one in answers] == [False, False, False]

    def test_two_contents_of_one_instant_in_one_batch_are_both_reported(self) -> None:
        code = a_dossier_code()

        answers = tell(*(a_message(a_snapshot(dossier_code=code, contacts=count)) for count in (1, 2)))

        assert ["same_instant" in one.warnings for one in answers] == [True, True]

    @pytest.mark.parametrize(("first", "second"), [
        ({"post": "Chuyên viên"}, {"post": "Văn thư"}), ({"due_at": FINISHED_AT}, {"due_at": FINISHED_AT + HOUR}),
    ])  # fmt: skip
    def test_a_step_told_in_two_ways_is_reported_on_both_whichever_came_first(
        self, first: dict[str, Any], second: dict[str, Any]
    ) -> None:
        ends = []
        for order in ((first, second), (second, first)):
            code = a_dossier_code()
            tell(a_message(a_snapshot(dossier_code=code)))
            answers = [tell(a_message(a_step(code)._replace(**said)))[0] for said in order]
            journal = [Message.objects.get(pk=one.message_id or 0).warnings for one in answers]
            step = Transaction.objects.get(dossier_code=code).steps.get()
            ends.append((step.post, step.due_at, [one.warnings for one in answers], journal))

        assert ends[0] == ends[1]
        assert ends[0][2:] == ([(), ("step_differs",)], [["step_differs"], ["step_differs"]])

    def test_what_one_of_two_leaves_open_and_what_a_state_says_of_a_step_are_no_contradiction(self) -> None:
        code = a_dossier_code()
        step = a_step(code)

        answers = tell(a_message(a_snapshot(dossier_code=code), step._replace(post="Chuyên viên")))
        answers += tell(a_message(step._replace(post="Văn thư")))
        answers += tell(a_message(step._replace(due_at=FINISHED_AT)))

        assert [one.warnings for one in answers] == [(), (), ()]

    def test_two_that_differ_are_found_whatever_a_third_leaves_open(self) -> None:
        step = a_step(a_dossier_code())
        told = (step, step._replace(post="Chuyên viên"), step._replace(post="Văn thư"))

        for order in itertools.permutations(told):
            assert set(doubts_in(order).values()) == {"step_differs"}
        assert doubts_in(told[:2]) == {}

"""Messages are kept once, and a transaction is written anew from all of them."""

import datetime as dt
import itertools
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from procedures.calendar.services import set_day
from procedures.errors import BatchRefused
from procedures.secrecy import unseal
from procedures.transactions.models import ClockInterval, Dossier, Message, Step, Transaction
from procedures.transactions.services import IncomingMessage, RowResult, receive, receive_together, rehearse
from procedures.vocabulary import DayKind, MessageOutcome
from tests.builders.transactions import (
    FINISHED_AT,
    NOW,
    RECEIVED_AT,
    a_dossier_code,
    a_message,
    a_snapshot,
    a_step,
    a_transaction,
    tell,
)
from tests.transactions.histories import messages_of
from units.models import Unit
from units.services import add_posting, put_official

HOUR = dt.timedelta(hours=1)


def kept_as(result: RowResult) -> Message:
    assert result.message_id is not None
    return Message.objects.get(pk=result.message_id)


def test_a_snapshot_makes_a_transaction_with_its_procedure_units_and_label() -> None:
    made = a_transaction()

    assert made.procedure.code == "1.004884"
    assert made.procedure_version is not None
    assert made.receiving_unit is not None
    assert (made.receiving_unit.code, made.outcome, made.timeliness) == ("gso2024:62", "finished", "on_time")
    assert [i.cause for i in ClockInterval.objects.filter(transaction=made)] == ["processing"]


def test_the_same_content_sent_again_is_the_same_message_and_changes_nothing() -> None:
    message = a_message(a_snapshot())

    first = tell(message)
    second = tell(message, message, now=NOW + HOUR)

    assert [r.outcome for r in (*first, *second)] == ["created", "unchanged", "unchanged"]
    kept = kept_as(first[0])
    assert (kept.times_received, kept.received_at, kept.last_received_at) == (3, NOW, NOW + HOUR)
    assert Transaction.objects.get(dossier_code=kept.dossier_code).version == 1


def test_the_body_is_kept_as_received_and_sealed() -> None:
    (result,) = tell(IncomingMessage(raw=b'{"applicant": "canary"}', told=(a_snapshot(),)))

    kept = kept_as(result)
    assert b"canary" not in bytes(kept.raw_sealed)
    assert unseal(bytes(kept.raw_sealed), bound_to=f"procedures_message.raw_sealed:{kept.digest}") == (
        b'{"applicant": "canary"}'
    )


def test_an_older_snapshot_fills_gaps_and_takes_nothing_back() -> None:
    code = a_dossier_code()
    tell(a_message(a_snapshot(dossier_code=code)))

    results = tell(
        a_message(a_snapshot(dossier_code=code, source_updated_at=RECEIVED_AT, status="received", ended_at=None)),
        a_message(a_snapshot(dossier_code=code, source_updated_at=RECEIVED_AT + HOUR, status="processing",
                             ended_at=None, contacts=1)),
    )  # fmt: skip
    again = tell(a_message(a_snapshot(dossier_code=code, source_updated_at=RECEIVED_AT + HOUR * 2, status="received")))

    row = Transaction.objects.get(dossier_code=code)
    assert (row.status, row.contacts, row.source_updated_at) == ("finished", 1, FINISHED_AT)
    assert [r.outcome for r in (*results, *again)] == ["updated", "updated", "stale"]


def test_steps_wait_for_the_transaction_they_belong_to() -> None:
    code = a_dossier_code()

    (waiting,) = tell(a_message(a_step(code)))
    assert (waiting.outcome, Transaction.objects.filter(dossier_code=code).exists()) == ("waiting", False)
    tell(a_message(a_snapshot(dossier_code=code)))

    assert Step.objects.filter(transaction__dossier_code=code).count() == 1
    assert kept_as(waiting).outcome == MessageOutcome.UPDATED


def test_an_unknown_procedure_is_refused_with_its_field_and_the_others_are_taken() -> None:
    bad, good = a_snapshot(procedure_code="9.999999"), a_snapshot()

    results = tell(a_message(bad), a_message(good))

    assert [r.outcome for r in results] == ["rejected", "created"]
    assert [(f.pointer, f.code, f.value) for f in results[0].faults] == [
        ("/procedure_code", "unknown_procedure", "9.999999")
    ]
    assert not Transaction.objects.filter(dossier_code=bad.dossier_code).exists()


def test_an_unknown_unit_is_refused_by_our_own_api_and_flagged_elsewhere() -> None:
    snapshot = a_snapshot(receiving_unit_code="000.99.99.H34")

    (ours,) = tell(a_message(snapshot))
    assert [(f.pointer, f.code) for f in ours.faults] == [("/receiving_unit_code", "unknown_unit")]

    (other,) = receive([a_message(snapshot)], source="cong-mau", client_id="c", via="dvcqg", now=NOW)
    assert (other.outcome, "unit_unresolved" in other.warnings) == ("created", True)


def test_a_dossier_code_of_another_shape_is_kept_and_flagged() -> None:
    made = a_transaction(dossier_code="TS_lop1/2024/0001")

    assert "dossier_code_shape" in made.warnings


def test_a_batch_that_is_taken_whole_or_not_at_all_leaves_only_the_journal() -> None:
    good, bad = a_snapshot(), a_snapshot(procedure_code="9.999999")

    with pytest.raises(BatchRefused) as refused:
        receive_together([a_message(good), a_message(bad)], source="motcua-mau", client_id="c", via="api", now=NOW)

    assert [(index, fault.code) for index, fault in refused.value.faults] == [(1, "unknown_procedure")]
    assert not Transaction.objects.filter(dossier_code__in=[good.dossier_code, bad.dossier_code]).exists()
    kept = {one.dossier_code: [fault["code"] for fault in one.faults] for one in Message.objects.all()}
    assert kept == {
        good.dossier_code: ["refused_together"], bad.dossier_code: ["unknown_procedure", "refused_together"],
    }  # fmt: skip
    assert {one.outcome for one in Message.objects.all()} == {"rejected"}


def test_a_rehearsal_tells_what_would_be_and_writes_nothing() -> None:
    results = rehearse([a_message(a_snapshot())], source="motcua-mau", client_id="c", via="api", now=NOW)

    assert [r.outcome for r in results] == ["created"]
    assert (Message.objects.count(), Transaction.objects.count(), Dossier.objects.count()) == (0, 0, 0)


def test_a_batch_takes_the_same_number_of_queries_whatever_its_size() -> None:
    counts = []
    first = a_snapshot()
    tell(a_message(first, a_step(first.dossier_code, official_name="Y Cán Bộ Mẫu")))  # reads the organisation once
    for size in (1, 40):
        snapshots = [a_snapshot() for _ in range(size)]
        messages = [a_message(one, a_step(one.dossier_code, official_name="Y Cán Bộ Mẫu")) for one in snapshots]
        with CaptureQueriesContext(
            connection,
        ) as queries:
            tell(*messages)
        counts.append(len(queries))

    assert counts[0] == counts[1] <= 10


def test_a_caller_with_a_boundary_tells_nothing_about_units_outside_it() -> None:
    other = Unit.objects.get(code="gso2024:615")
    snapshot = a_snapshot()

    (outside,) = tell(a_message(snapshot), boundary=other.pk)
    (inside,) = tell(a_message(a_snapshot(receiving_unit_code="gso2024:615")), boundary=other.pk)

    assert ([f.code for f in outside.faults], inside.outcome) == (["outside_boundary"], "created")


def test_a_caller_with_a_boundary_carries_no_transaction_out_of_it() -> None:
    here, code = Unit.objects.get(code="gso2024:615"), a_dossier_code()
    first = a_snapshot(dossier_code=code, receiving_unit_code=here.code, settling_unit_code=None)
    later = first.source_updated_at + dt.timedelta(days=1)
    away = first._replace(receiving_unit_code="gso2024:612", source_updated_at=later)
    onwards = first._replace(settling_unit_code="gso2024:612", source_updated_at=later)

    results = [tell(a_message(one), boundary=here.pk)[0] for one in (first, away, onwards)]

    assert [result.outcome for result in results] == ["created", "rejected", "updated"]
    assert [fault.code for fault in results[1].faults] == ["outside_boundary"]


def test_steps_of_a_sender_with_a_boundary_count_whichever_came_first() -> None:
    here, there = Unit.objects.get(code="gso2024:62"), Unit.objects.get(code="gso2024:615")
    rows = []
    for order in ("state first", "steps first"):
        code = a_dossier_code()
        state, steps = a_message(a_snapshot(dossier_code=code)), a_message(a_step(code))
        for message in (state, steps) if order == "state first" else (steps, state):
            tell(message, boundary=here.pk)
        strange = a_message(a_step(code, content="Từ đơn vị khác"))
        tell(strange, boundary=there.pk, source="noi-khac")
        rows.append(list(Step.objects.filter(transaction__dossier_code=code).values_list("content", flat=True)))

    assert rows[0] == rows[1] == ["Tiếp nhận hồ sơ"]


def test_steps_from_outside_wait_alike_whether_the_dossier_exists_or_not() -> None:
    other = Unit.objects.get(code="gso2024:615")
    exists, absent = a_transaction().dossier_code, a_dossier_code()

    (known,), (unknown,) = (tell(a_message(a_step(code)), boundary=other.pk) for code in (exists, absent))

    assert (known.outcome, known.faults, known.warnings) == (unknown.outcome, unknown.faults, unknown.warnings)
    assert known.outcome == "waiting"


def test_steps_that_waited_count_once_their_unit_is_named_in_whatever_order() -> None:
    units = {"here": Unit.objects.get(code="gso2024:62"), "there": Unit.objects.get(code="gso2024:615")}
    counted = []
    for order in itertools.permutations(("older", "newer", "steps")):
        code = a_dossier_code()
        told = {
            "older": a_message(a_snapshot(dossier_code=code, source_updated_at=RECEIVED_AT, settling_unit_code=None,
                                          receiving_unit_code="gso2024:615", status="received", ended_at=None)),
            "newer": a_message(a_snapshot(dossier_code=code)),
            "steps": a_message(a_step(code, content="Bước của huyện")),
        }  # fmt: skip
        for name in order:
            tell(told[name], boundary=units["there"].pk if name == "steps" else None, source="motcua-mau")
        counted.append(Step.objects.filter(transaction__dossier_code=code).count())

    assert counted == [1] * 6


def test_a_unit_is_found_by_its_name_as_of_the_day_it_was_told() -> None:
    code = "000.00.15.H34-250625-0007"
    for one in messages_of("H14"):
        tell(a_message(one), via="dvcqg")

    row = Transaction.objects.get(dossier_code=code)
    assert row.settling_unit is not None
    assert row.receiving_unit is not None
    assert (row.receiving_unit.code, row.settling_unit.code) == ("gso2024:615", "gso2025:23500")
    assert "unit_unresolved" in row.warnings


def test_a_step_names_an_official_only_when_exactly_one_of_that_name_served_there_that_day() -> None:
    unit = Unit.objects.get(code="gso2024:62")
    official, _ = put_official(code="CB-01", name="Nguyễn Công Chức Mẫu", by="test", now=NOW)
    add_posting(
        official=official, home_unit=unit, serving_unit=unit, post="Chuyên viên", valid_from=RECEIVED_AT.date(),
        by="test", now=NOW,
    )  # fmt: skip
    made = a_transaction(
        steps=(
            {"official_name": "NGUYỄN công  chức mẫu"},
            {"official_name": "Nguyễn Công Chức Mẫu", "at": RECEIVED_AT - dt.timedelta(days=2)},
            {"official_name": "Cán bộ một cửa"},
            {"official_name": "Nguyễn Công Chức ..."},
            {"official_code": "CB-01"},
            {"official_code": "CB-99"},
        )
    )

    named = Step.objects.filter(transaction=made).values_list("official_name", "official__code")
    assert sorted(named, key=str) == sorted(
        [
            ("NGUYỄN công  chức mẫu", "CB-01"), ("Nguyễn Công Chức Mẫu", None), ("Cán bộ một cửa", None),
            ("Nguyễn Công Chức ...", None), ("", "CB-01"), ("", None),
        ],
        key=str,
    )  # fmt: skip
    assert "official_unresolved" in made.warnings


def test_a_later_calendar_never_judges_a_closed_transaction_again() -> None:
    closed, running = a_transaction(), a_transaction(status="processing", ended_at=None)
    set_day(date=dt.date(2024, 3, 6), kind=DayKind.HOLIDAY, name="Nghỉ mẫu", by="test", now=NOW)

    again: dict[str, Any] = {"source_updated_at": FINISHED_AT + HOUR, "contacts": 1}
    tell(a_message(a_snapshot(dossier_code=closed.dossier_code, **again)))
    tell(a_message(a_snapshot(dossier_code=running.dossier_code, status="processing", ended_at=None, **again)))

    editions = dict(Transaction.objects.values_list("dossier_code", "calendar_id"))
    assert (editions[closed.dossier_code], editions[running.dossier_code]) == (1, 2)


def test_a_step_is_as_the_newest_state_told_it_in_any_order_and_alone_it_only_fills_gaps() -> None:
    shown = []
    for order in itertools.permutations(range(3)):
        state = a_snapshot(source_updated_at=FINISHED_AT)
        step = {"at": RECEIVED_AT + dt.timedelta(days=1), "status": "processing", "content": "Thẩm định"}
        messages = [
            a_message(state, a_step(state.dossier_code, **step, unit_code="gso2024:62", post="Trưởng phòng")),
            a_message(
                state._replace(source_updated_at=FINISHED_AT + dt.timedelta(hours=1)),
                a_step(state.dossier_code, **step, unit_code="gso2024:23287", post="Chuyên viên"),
            ),
            a_message(a_step(state.dossier_code, **step, unit_code="gso2024:615", department="Phòng Tư pháp")),
        ]
        for number in order:
            tell(messages[number])
        (kept,) = Step.objects.filter(transaction__dossier_code=state.dossier_code, status="processing")
        shown.append((kept.unit and kept.unit.code, kept.post, kept.department))

    assert set(shown) == {("gso2024:23287", "Chuyên viên", "Phòng Tư pháp")}

"""Histories as Hypothesis invents them: snapshots and steps of one dossier, from two sources, often at one instant."""

import datetime as dt
import io
import json
import random
import threading
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Case, When
from hypothesis import strategies as st

from api.events.models import Event
from procedures.calendar.rules import ZONE
from procedures.errors import BatchRefused
from procedures.imports.services import Reading, Sent, accept, work_off
from procedures.transactions.models import ClockInterval, Message, Step, Transaction
from procedures.transactions.rules.messages import Snapshot, StepTold, SupplementTold, Told
from procedures.transactions.services import IncomingMessage, receive_together
from procedures.vocabulary import Channel, Status
from tests.builders.transactions import NOW, a_message, tell
from units.models import Unit

CODE = "000.00.00.H34-240304-0001"
SOURCES = ("motcua-mau", "cong-mau")
FIRST = dt.datetime(2024, 3, 4, 8, 0, tzinfo=ZONE)
CLEARABLE = ("contacts", "due_at", "ended_at", "paid_online", "settling_unit_name")
_CONTENTS = (
    "", "Tiếp nhận hồ sơ", "Chuyển xử lý", "Phiếu xin lỗi và hẹn lại ngày trả kết quả", "Gia hạn giải quyết",
    "Yêu cầu bổ sung lần 1", "Trình ký và đã ký",
)  # fmt: skip
_NAMES = ("", "Cán bộ một cửa", "Y Cán Bộ Mẫu", "Nguyễn Công Chức Mẫu")
_UNITS = ("UBND tỉnh Kon Tum", "Tỉnh Kon Tum", "UBND huyện Đắk Hà", "Chi nhánh không có", None)

instants = st.integers(0, 24).map(lambda half_days: FIRST + half_days * dt.timedelta(hours=12))
statuses = st.sampled_from(Status.values)


@dataclass(frozen=True)
class Rights:
    """Which source may write over the other, and the units (our codes) outside whose subtrees sources tell nothing."""

    overwriting: str = ""
    boundaries: Mapping[str, str | None] = field(default_factory=dict)

    def of(self, source: str) -> dict[str, Any]:
        """Return what a source is granted, as the services are told."""
        code = self.boundaries.get(source)
        boundary = Unit.objects.get(code=code).pk if code else None
        return {"boundary": boundary, "may_overwrite": source == self.overwriting}


NONE = Rights()
rights = st.builds(
    Rights,
    st.sampled_from(["", *SOURCES]),
    st.fixed_dictionaries(
        {one: st.sampled_from([None, "gso2024:62", "gso2024:615", "gso2024:612"]) for one in SOURCES}
    ),
)


def maybe(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Return a strategy that now and then says nothing."""
    return st.one_of(st.none(), values)


@st.composite
def supplements(draw: Any) -> SupplementTold:
    """Return a request, answered or not, now and then before it was made."""
    return SupplementTold(
        draw(st.sampled_from(["401", "402"])), draw(instants), draw(maybe(instants)), None, draw(maybe(instants))
    )


@st.composite
def snapshots(draw: Any) -> Snapshot:
    """Return a snapshot that says some things, not others, and clears a few."""
    return Snapshot(
        dossier_code=CODE,
        source_updated_at=draw(instants),
        status=draw(statuses),
        procedure_code=draw(st.sampled_from(["1.004884", "1.013833", "1.012784.000.00.00.H34", None])),
        receiving_unit_code=draw(st.sampled_from(["000.00.00.H34", "000.00.15.H34", "000.99.99.H34", None])),
        settling_unit_name=draw(st.sampled_from(_UNITS)),
        channel=draw(maybe(st.sampled_from(Channel.values))),
        received_at=draw(maybe(instants)),
        due_at=draw(maybe(instants)),
        ended_at=draw(maybe(instants)),
        returned_at=draw(maybe(instants)),
        supplements=tuple(draw(st.lists(supplements(), max_size=2))),
        contacts=draw(maybe(st.integers(0, 3))),
        paid_online=draw(maybe(st.booleans())),
        cleared=frozenset(draw(st.lists(st.sampled_from(CLEARABLE), max_size=2))),
        source=draw(st.sampled_from(SOURCES)),
    )


@st.composite
def steps(draw: Any) -> StepTold:
    """Return a step, by somebody or by nobody."""
    return StepTold(
        CODE, draw(instants), draw(statuses), draw(st.sampled_from(_CONTENTS)),
        official_name=draw(st.sampled_from(_NAMES)), post=draw(st.sampled_from(["", "Chuyên viên"])),
        due_at=draw(maybe(instants)),
    )  # fmt: skip


histories = st.lists(st.one_of(snapshots(), steps()), min_size=1, max_size=9)


def sorted_history(history: list[Told]) -> list[Told]:
    """Return the history as a sender that never errs would tell it."""
    return sorted(history, key=lambda one: (at_of(one), repr(one)))


def at_of(one: Told) -> dt.datetime:
    """Return when what is told was so."""
    return one.source_updated_at if isinstance(one, Snapshot) else one.at


def tell_all(history: list[Told], *, dossier_code: str, rights: Rights = NONE) -> None:
    """Send a history through the service, one message after the other."""
    tell_singly([(dossier_code, one) for one in history], rights=rights)


def tell_together(pieces: list[tuple[str, Told]], *, rights: Rights = NONE) -> None:
    """Send pieces of several dossiers as one batch for each source; one source may write over the other."""
    for source in SOURCES:
        messages = [a_message(one._replace(dossier_code=code)) for code, one in pieces if source_of(one) == source]
        if messages:
            tell(*messages, source=source, via="dvcqg", **rights.of(source))


def tell_singly(pieces: list[tuple[str, Told]], *, rights: Rights = NONE) -> None:
    """Send pieces of several dossiers, each by itself."""
    for piece in pieces:
        tell_together([piece], rights=rights)


def tell_whole(pieces: list[tuple[str, Told]], *, rights: Rights = NONE) -> None:
    """Send pieces of several dossiers as one batch for each source, all of it or, where one is refused, singly."""
    for source in SOURCES:
        own = [piece for piece in pieces if source_of(piece[1]) == source]
        messages = [a_message(one._replace(dossier_code=code)) for code, one in own]
        how: dict[str, Any] = {"source": source, "client_id": "client:motcua-mau", "via": "dvcqg", "now": NOW}
        try:
            receive_together(messages, **how, **rights.of(source))
        except BatchRefused:
            tell_singly(own, rights=rights)


def tell_in_a_file(pieces: list[tuple[str, Told]], *, rights: Rights = NONE) -> None:
    """Send pieces of several dossiers as one file for each source, cut up and read by the worker of imports.

    A line names the piece; that a file's own words mean the same as a PUT's is tests/imports' to show.
    """
    for source in SOURCES:
        messages = [a_message(one._replace(dossier_code=code)) for code, one in pieces if source_of(one) == source]
        if messages:
            _read_a_file(messages, source=source, rights=rights)


def _read_a_file(messages: list[IncomingMessage], *, source: str, rights: Rights) -> None:
    mark = str(uuid.uuid4())  # the same file sent twice is one import
    raw = b"".join(json.dumps({"piece": number, "file": mark}).encode() + b"\n" for number in range(len(messages)))
    job = accept(
        sent=Sent(stream=io.BytesIO(raw), most=1), client_id=f"client:{threading.get_ident()}", source=source,
        check_head=lambda _layout: None, clock=lambda: NOW, **rights.of(source),
    )  # fmt: skip
    reading = Reading(
        via="dvcqg", read=lambda row, _layout, _now: messages[json.loads(row.raw)["piece"]],
        may_go_on=lambda _job: True, clock=lambda: NOW,
    )  # fmt: skip
    done = work_off(reading=reading, import_id=job.pk)
    assert done is not None
    assert (done.state, done.rows_done) == ("finished", len(messages))


WAYS = (tell_singly, tell_together, tell_whole, tell_in_a_file)
"""Every way by which messages come in through the service: single, batch, all or nothing, file."""


def some_histories(count: int, dice: random.Random) -> list[list[Told]]:
    """Return histories without Hypothesis, for what it cannot drive: threads. No message twice."""
    made = []
    for _ in range(count):
        history: list[Told] = [_a_state(dice, "1.004884")]
        history += [_a_state(dice, dice.choice(["1.004884", None])) for _ in range(dice.randrange(1, 4))]
        history += [
            StepTold(CODE, _an_instant(dice), dice.choice(Status.values), dice.choice(_CONTENTS))
            for _ in range(dice.randrange(4))
        ]
        made.append(list({repr(one): one for one in history}.values()))
    return made


def _a_state(dice: random.Random, procedure: str | None) -> Snapshot:
    return Snapshot(
        CODE, _an_instant(dice), dice.choice(Status.values), procedure, "000.00.00.H34",
        received_at=FIRST, due_at=dice.choice([None, FIRST + dt.timedelta(days=7), FIRST + dt.timedelta(days=9)]),
        ended_at=dice.choice([None, _an_instant(dice)]), contacts=dice.choice([None, 0, 1]),
        source=dice.choice(SOURCES),
    )  # fmt: skip


def _an_instant(dice: random.Random) -> dt.datetime:
    return FIRST + dice.randrange(24) * dt.timedelta(hours=12)


def source_of(one: Told) -> str:
    """Return who tells it; of two steps of different moments the sources may differ."""
    return one.source if isinstance(one, Snapshot) else SOURCES[one.at.day % 2]


def everything_of(dossier_code: str) -> dict[str, Any]:
    """Return what must not depend on the order of arrival: rows, which messages count, and the last event."""
    kept = Message.objects.filter(dossier_code=dossier_code).exclude(outcome="rejected", is_foreign=False)
    told = kept.annotate(is_held=Case(When(outcome="waiting", then=True), default=False))
    names = ("source", "kind", "source_updated_at", "is_foreign", "is_held")
    last = Event.objects.filter(subject=dossier_code, type__startswith="transaction.").order_by("-xid", "-id").first()
    return {
        "rows": rows_of(dossier_code),
        "messages": sorted(told.values_list(*names)),
        "last_event": last and ({**last.data, "dossier_code": ""}, last.unit_id),
    }


OURS = {"id", "dossier_code", "digest", "version", "created_at", "updated_at", "transaction_id", "event_order"}
"""Columns that tell of the row and not of what its messages say."""


def rows_of(dossier_code: str) -> list[list[dict[str, Any]]]:
    """Return everything that is stored of a dossier, without names of rows."""
    tables = (
        Transaction.objects.filter(dossier_code=dossier_code),
        Step.objects.filter(transaction__dossier_code=dossier_code).order_by("key"),
        ClockInterval.objects.filter(transaction__dossier_code=dossier_code).order_by("begins_at", "cause"),
    )
    return [[{k: v for k, v in row.items() if k not in OURS} for row in table.values()] for table in tables]

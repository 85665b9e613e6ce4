"""What a correct receiver ends with after each history, in the words of our own API.

`differences(history, seen)` compares `final` of a history with a transaction as `GET /transactions/{dossier_code}`
prints it (names of the contract, instants as texts or datetimes); what the printed form leaves out is not compared.
`seen_in` adds what the timeline tells, and what the answer leaves out because it is empty.
"""

import datetime as dt
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from config.demo.histories import History

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
STATUSES = (
    "registered", "received", "refused", "processing", "supplement_requested", "payment_requested", "withdrawn",
    "stopped", "finished", "returned",
)  # fmt: skip
DATES = {
    "received": "received_at",
    "due_original": "due_at_original",
    "due_current": "due_at",
    "finished": "ended_at",
    "returned": "returned_at",
    "apology_issued": "apology_at",
}
SAME = {
    "supplements": "supplement_requests",
    "extensions": "extensions",
    "channel": "channel",
    "paid_online": "paid_online",
    "apology_on_time": "apology_on_time",
    "unit_at_receipt": "receiving_unit",
    "unit_at_end": "settling_unit",
    "events": "events",
}
LABELS = {
    "ended_withdrawn": ("withdrawn", "not_judged"),
    "ended_refused_at_intake": ("refused_at_intake", "not_judged"),
    "ended_refused": ("refused", "not_judged"),
    "unknown (no due date sent)": ("finished", "not_judged"),
    "in_process": ("", "running"),
}
"""What the histories call the label, as outcome and timeliness; every other label is of a finished dossier."""
NATIONAL = {"H03": "early", "H04": "late", "H05": "early", "H07": "early"}
"""The portal's own label where it differs: the due date as last sent; two supplements are late; 3 and 7 are ends."""
WARNINGS = {"H04": "supplement_asked_again", "H19": "running_number_5_digits"}
UNREACHABLE = {("H19", "receipt_code"): "the message does not carry the receipt's number"}


def expected_of(history: History) -> dict[str, Any]:
    """Return the fields of a transaction that the history fixes."""
    final = history.final
    outcome, label = LABELS.get(final["label"], ("finished", final["label"]))
    expected: dict[str, Any] = {"status": STATUSES[int(final["status"]) - 1], "outcome": outcome, "timeliness": label}
    expected["national_timeliness"] = NATIONAL.get(history.id, label)
    expected |= {ours: _instant(final[theirs]) for theirs, ours in DATES.items() if theirs in final}
    expected |= {ours: final[theirs] for theirs, ours in SAME.items() if theirs in final}
    if history.id in WARNINGS:
        expected["warnings"] = WARNINGS[history.id]
    if "pauses" in final:
        expected["pauses"] = [(one["cause"], _instant(one["start"]), _instant(one["end"])) for one in final["pauses"]]
    return expected


def differences(history: History, seen: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Return what differs, by field: what was expected, and what is."""
    if "events" not in seen and "steps" in seen:
        seen = {**seen, "events": len(seen["steps"])}
    found = {}
    for name, wanted in expected_of(history).items():
        if name in seen and not _is_same(name, wanted, seen[name]):
            found[name] = (wanted, seen[name])
    return found


def seen_in(transaction: Mapping[str, Any], timeline: Mapping[str, Any]) -> dict[str, Any]:
    """Return a transaction as answered, with its waits and its number of events; what was left out says nothing."""
    waits = [one for one in timeline["intervals"] if not one["counts"]]
    return {
        "outcome": "",
        "receiving_unit": None,
        "settling_unit": None,
        **transaction,
        "events": len(timeline["steps"]),
        "pauses": [(one["cause"], one["begins_at"], one["ends_at"]) for one in waits],
    }


def _is_same(name: str, wanted: Any, seen: Any) -> bool:
    if name == "warnings":
        return wanted in seen
    if name == "pauses":
        return [_plain(one) for one in seen] == [_plain(one) for one in wanted]
    if isinstance(seen, Mapping):  # a unit printed with its name
        seen = seen["code"]
    if name == "timeliness" and wanted == "running":
        return seen in {"running", "running_late"}
    return bool(_plain(wanted) == _plain(seen))


def _plain(value: Any) -> Any:
    if isinstance(value, tuple | list):
        return [_plain(one) for one in value]
    if isinstance(value, str) and value[4:5] == "-" and "T" in value:
        value = dt.datetime.fromisoformat(value)
    return value.astimezone(dt.UTC) if isinstance(value, dt.datetime) else value or None


def _instant(text: str | None) -> dt.datetime | None:
    return dt.datetime.fromisoformat(text).replace(tzinfo=ZONE) if text else None

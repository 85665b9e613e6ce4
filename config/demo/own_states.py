"""What a correct receiver ends with after each history of our own: `final`, already in the words of the contract.

Of steps and intervals only what `final` says of each is compared, but all of them must be there and no other.
"""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from config.demo.histories import History

EMPTY = {"outcome": "", "timeliness_before_exclusions": "", "receiving_unit": None, "settling_unit": None}
"""What the answer leaves out when there is nothing to say."""


def own_differences(history: History, seen: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Return what differs, by field: what was expected, and what is."""
    return {
        name: (wanted, seen[name])
        for name, wanted in history.final.items()
        if not _is_same(wanted, seen[name])
    }  # fmt: skip


def own_seen(transaction: Mapping[str, Any], timeline: Mapping[str, Any]) -> dict[str, Any]:
    """Return a transaction as answered, with its steps and intervals; units and signals by their codes."""
    told = {**EMPTY, **transaction, "steps": timeline["steps"], "intervals": timeline["intervals"]}
    units = {name: told[name] and told[name]["code"] for name in ("receiving_unit", "settling_unit")}
    return {**told, **units, "signals": [one["code"] for one in told["signals"]]}


def values_in(final: Any) -> int:
    """Count the values that `final` fixes, inside steps and intervals too."""
    if isinstance(final, Mapping):
        return sum(map(values_in, final.values()))
    if isinstance(final, list):
        return sum(map(values_in, final)) or 1
    return 1


def _is_same(wanted: Any, seen: Any) -> bool:
    if isinstance(wanted, Mapping) and isinstance(seen, Mapping):
        return all(_is_same(value, seen[name]) for name, value in wanted.items())
    if isinstance(wanted, list) and isinstance(seen, list):
        return len(wanted) == len(seen) and all(map(_is_same, wanted, seen))
    return bool(_moment(wanted) == _moment(seen))


def _moment(value: Any) -> Any:
    if isinstance(value, str) and value[4:5] == "-" and value[10:11] == "T":
        return dt.datetime.fromisoformat(value)
    return value

"""What is kept of a message: plain JSON without the applicant, and a digest that is the same for the same content."""

import base64
import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

import orjson

from procedures.transactions.rules.messages import Snapshot, StepTold, SupplementTold, Told

_INSTANTS = frozenset({
    "at", "source_updated_at", "submitted_at", "received_at", "due_at", "ended_at", "returned_at", "started_at",
    "requested_at", "answered_at", "due_at_before", "due_at_after",
})  # fmt: skip
_NOT_CONTENT = frozenset({"source", "supplements", "cleared"})
_SNAPSHOT = tuple(name for name in Snapshot._fields if name not in _NOT_CONTENT)
_STEP = tuple(name for name in StepTold._fields if name != "told_at")

Content = Mapping[str, Any]
"""`{"snapshots": [...], "steps": [...]}`, each sorted, fields that say nothing left out."""


def content_of(told: Iterable[Told]) -> dict[str, Any]:
    """Return what a message says as plain JSON; the order in which it says it is lost on purpose.

    Source: our choice, because a message sent again in another order of keys or items is the same message.
    """
    snapshots, steps = [], []
    for one in told:
        if isinstance(one, Snapshot):
            snapshots.append(_snapshot(one))
        else:
            steps.append(_plain(one, _STEP))
    content: dict[str, Any] = {}
    if snapshots:
        content["snapshots"] = _unique(snapshots)
    if steps:
        content["steps"] = _unique(steps)
    return content


def told_in(content: Content, *, source: str, dossier_code: str = "") -> list[Told]:
    """Return what a kept message says, stamped with its source; of `dossier_code`, if it was sent under an alias.

    Steps are stamped with the instant of the state that they came with.

    Source: our choice, the inverse of `content_of`.
    """
    snapshots = [_snapshot_in(raw, source) for raw in content.get("snapshots", ())]
    told_at = max((one.source_updated_at for one in snapshots), default=None)
    told: list[Told] = [*snapshots]
    told.extend(StepTold(**_values(raw), told_at=told_at) for raw in content.get("steps", ()))
    return [of_dossier(one, dossier_code) for one in told] if dossier_code else told


def of_dossier(told: Told, dossier_code: str) -> Told:
    """Return the same, told of this dossier.

    Source: our choice, because a number may be an alias.
    """
    return told if told.dossier_code == dossier_code else told._replace(dossier_code=dossier_code)


def digest_of(content: Any) -> str:
    """Return the SHA-256 of plain JSON in canonical form, base64url without padding (43 letters).

    Source: our choice, because the same content must be known again whatever its sender's shape was.
    """
    return base64.urlsafe_b64encode(hashlib.sha256(_canonical(content)).digest()).decode()[:43]


def canonical(content: Any) -> str:
    """Return JSON with sorted keys and no spaces.

    Source: our choice, after RFC 8785 as far as texts, numbers and booleans go.
    """
    return _canonical(content).decode()


def _canonical(content: Any) -> bytes:
    return orjson.dumps(content, option=orjson.OPT_SORT_KEYS)


def _snapshot(one: Snapshot) -> dict[str, Any]:
    raw = _plain(one, _SNAPSHOT)
    if one.supplements:
        raw["supplements"] = _unique([_plain(item, SupplementTold._fields) for item in one.supplements])
    if one.cleared:
        raw["cleared"] = sorted(one.cleared)
    return raw


def _snapshot_in(raw: Mapping[str, Any], source: str) -> Snapshot:
    values = _values(raw)
    supplements = tuple(SupplementTold(**_values(item)) for item in values.pop("supplements", ()))
    cleared = frozenset(values.pop("cleared", ()))
    return Snapshot(**values, supplements=supplements, cleared=cleared, source=source)


def _plain(one: object, names: tuple[str, ...]) -> dict[str, Any]:
    plain: dict[str, Any] = {}
    for name in names:
        value = getattr(one, name)
        if value is None or value == "":
            continue
        plain[name] = value.astimezone(dt.UTC).isoformat() if name in _INSTANTS else value
    return plain


def _values(raw: Mapping[str, Any]) -> dict[str, Any]:
    return {name: dt.datetime.fromisoformat(value) if name in _INSTANTS else value for name, value in raw.items()}


def _unique(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    if len(items) == 1:
        return items
    return [item for _, item in sorted({canonical(item): item for item in items}.items())]

"""What a message says, whatever its sender's shape: the only form in which messages reach the fold.

`None` means "not said". A snapshot that clears a value names the field in `cleared`.
"""

import datetime as dt
from typing import NamedTuple


class SupplementTold(NamedTuple):
    """A request for supplement as a snapshot lists it, and its answer."""

    key: str
    requested_at: dt.datetime
    answered_at: dt.datetime | None = None
    due_at_before: dt.datetime | None = None
    due_at_after: dt.datetime | None = None


class Snapshot(NamedTuple):
    """The state of a transaction as one sender saw it at `source_updated_at` (aware)."""

    dossier_code: str
    source_updated_at: dt.datetime
    status: str
    procedure_code: str | None = None
    receiving_unit_code: str | None = None
    settling_unit_code: str | None = None
    settling_unit_name: str | None = None
    channel: str | None = None
    applicant_kind: str | None = None
    applicant_ref: str | None = None
    submitted_at: dt.datetime | None = None
    received_at: dt.datetime | None = None
    due_at: dt.datetime | None = None
    ended_at: dt.datetime | None = None
    returned_at: dt.datetime | None = None
    supplements: tuple[SupplementTold, ...] = ()
    contacts: int | None = None
    agencies_contacted: int | None = None
    paid_online: bool | None = None
    digitised: bool | None = None
    electronic_result: bool | None = None
    cleared: frozenset[str] = frozenset()
    source: str = ""  # stamped when the message is kept; no part of what it says


class StepTold(NamedTuple):
    """One stage as a sender told it. `official_name` may be a constant that stands for nobody.

    `department` is text to be read; `unit_name` names the unit of this step, as `unit_code` does. `told_at` is the
    sender's instant of the state that it came with, None where it came alone; it is no part of what is said.
    """

    dossier_code: str
    at: dt.datetime
    status: str
    content: str = ""
    official_code: str | None = None
    official_name: str = ""
    post: str = ""
    department: str = ""
    unit_code: str | None = None
    unit_name: str = ""
    started_at: dt.datetime | None = None
    due_at: dt.datetime | None = None
    told_at: dt.datetime | None = None


Told = Snapshot | StepTold
"""One thing a message says."""

"""What is known of one subject's part in one transaction, before any points are given."""

from enum import StrEnum
from typing import NamedTuple


class Standing(StrEnum):
    """How a complaint about the service of a transaction stands; `NONE` when there is no complaint."""

    NONE = "none"
    FALSE = "false"
    PENDING = "pending"
    UPHELD = "upheld"


class Label(StrEnum):
    """Before, on or after the due day."""

    EARLY = "early"
    ON_TIME = "on_time"
    LATE = "late"


class Facts(NamedTuple):
    """One subject's part in one ended transaction.

    `timeliness` is the transaction's label by law; `step` the subject's own steps against their own due dates (the
    worst of several), None where no step had one; `contacts` and `agencies` are counts, None where nobody told.
    `before_exclusions` is the label that would be without the time excluded, None where none was.
    """

    timeliness: Label
    step: Label | None
    contacts: int
    agencies: int | None
    complaint: Standing
    before_exclusions: Label | None = None

"""A message on its way in, and what becomes of it."""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from procedures.errors import RowFault
from procedures.secrecy import fingerprint, keyed_hash
from procedures.transactions.rules.applicants import Contact, Person
from procedures.transactions.rules.content import content_of, digest_of, of_dossier, told_in
from procedures.transactions.rules.messages import Snapshot, Told
from procedures.vocabulary import MessageKind, MessageOutcome

STRICT = frozenset({"api", "import"})
"""The ways in whose units must be known: our own API and files. What other shapes name and we do not know is kept
and flagged."""

CODE_LENGTH = 100
REFUSED_TOGETHER = "refused_together"
"""The fault of each row of a batch that was to be taken as a whole and could not be."""
OF_ADDRESSES = frozenset({
    "aliases", "batch", "clock", "contact", "exclusions", "export", "rating-rights", "steps", "timeline",
})  # fmt: skip
"""What addresses under a dossier, or in its place, end in: a code that ends so could never be read again."""


@dataclass(frozen=True)
class IncomingMessage:
    """One message about one dossier: as received (`raw`, one row of a batch), and what it says.

    A message that could not be read has `faults` and says nothing; it is kept and refused, as of the `kind` that it was
    sent as: what was read shows its kind itself. Its `raw` is empty where nothing of it was taken in: those refused for
    the same reason are then one message. `warnings` are what its reader found odd. `pointers` gives the sender's JSON
    pointer for our field (`procedure_code`, `receiving_unit_code`, `settling_unit_code`, `steps/0/unit_code`), where it
    is not `/` and our field. `applicant` is the person it is about, whose number is exchanged for a reference;
    `contact` is told only where a link to rate must be sent.
    """

    raw: bytes = field(repr=False)
    told: tuple[Told, ...] = ()
    faults: tuple[RowFault, ...] = ()
    warnings: tuple[str, ...] = ()
    dossier_code: str = ""
    pointers: Mapping[str, str] = field(default_factory=dict)
    kind: MessageKind = MessageKind.SNAPSHOT
    applicant: Person | None = None
    contact: Contact | None = None


@dataclass(frozen=True)
class RowResult:
    """What became of one message; `message_id` is its number in the journal (None in a rehearsal)."""

    dossier_code: str
    outcome: MessageOutcome
    faults: tuple[RowFault, ...] = ()
    warnings: tuple[str, ...] = ()
    message_id: int | None = None

    @property
    def is_rejected(self) -> bool:
        """Tell whether it was refused."""
        return self.outcome == MessageOutcome.REJECTED


@dataclass
class Row:
    """A message while it is worked on; `sent_as` is the alias of `dossier_code` that it was sent under, if any."""

    message: IncomingMessage
    dossier_code: str
    kind: MessageKind
    content: dict[str, Any]
    digest: str
    faults: list[RowFault]
    is_repeat: bool = False
    is_held: bool = False
    boundary: int | None = None
    is_foreign: bool = False
    may_overwrite: bool = False
    outcome: MessageOutcome = MessageOutcome.UNCHANGED
    warnings: tuple[str, ...] = ()
    sent_as: str = ""

    @property
    def key(self) -> tuple[str, str]:
        """What makes it the same message as another of its source."""
        return self.kind, self.digest

    @property
    def told(self) -> tuple[Told, ...]:
        """What it says."""
        return self.message.told

    def told_by(self, source: str) -> list[Told]:
        """Return what is kept of what it says, stamped with its source."""
        return told_in(self.content, source=source, dossier_code=self.dossier_code)

    def pointer(self, name: str) -> str:
        """Return the sender's JSON pointer for one of our fields."""
        return self.message.pointers.get(name, f"/{name}")


def row_of(message: IncomingMessage, aliases: Mapping[str, str]) -> Row:
    """Prepare a message: what it says is what makes it new, or, when it cannot be read, its bytes.

    It is kept as it was sent, and told of the dossier that its code stands for (Note [Aliases]).
    """
    told = message.told
    kind = kind_of(told) if told else message.kind
    code = told[0].dossier_code if told else message.dossier_code
    faults = list(message.faults) or _structural(message, code)
    if faults:
        return Row(message, code, kind, {}, _digest_unread(message, code, faults), faults, warnings=message.warnings)
    content = content_of(told)
    row = Row(message, code, kind, content, digest_of(content), [], warnings=message.warnings)
    if code in aliases:
        row.sent_as, row.dossier_code = code, aliases[code]
        row.message = replace(message, told=tuple(of_dossier(one, row.dossier_code) for one in told))
    return row


def _digest_unread(message: IncomingMessage, code: str, faults: Sequence[RowFault]) -> str:
    """Return what makes a message that says nothing the same as another: its bytes, or without them why."""
    told = message.raw or " ".join(fault.code for fault in faults).encode()
    purpose = "unreadable-message" if message.raw else "refused-message"
    digest = keyed_hash(purpose, fingerprint(code[:CODE_LENGTH].encode() + b"\n" + told))
    return base64.urlsafe_b64encode(digest).decode()[:43]


def kind_of(told: Sequence[Told]) -> MessageKind:
    """Return what a message that says this is: a state, if it says one, else steps."""
    return MessageKind.SNAPSHOT if any(isinstance(one, Snapshot) for one in told) else MessageKind.STEPS


def is_fileable(message: IncomingMessage) -> bool:
    """Tell whether a message could be read and says something of one dossier."""
    return not message.faults and not _structural(message, message.told[0].dossier_code if message.told else "")


def _structural(message: IncomingMessage, code: str) -> list[RowFault]:
    """Name what makes a message impossible to file: it says nothing, or not of one dossier."""
    if not message.told:
        return [RowFault("", "empty")]
    if any(one.dossier_code != code for one in message.told):
        return [RowFault("", "several_dossiers")]
    if not code or len(code) > CODE_LENGTH or not code.isprintable():
        return [RowFault(message.pointers.get("dossier_code", "/dossier_code"), "bad_dossier_code")]
    if code.rpartition("/")[2] in OF_ADDRESSES:
        return [RowFault(message.pointers.get("dossier_code", "/dossier_code"), "reserved_dossier_code")]
    return []

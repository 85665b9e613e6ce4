"""Messages as received, and what follows from them: the transaction, its steps, its clock.

Note [The fold]: the row, steps and intervals of a transaction are a function of the set of its messages
(rules.fold); they are written anew from it, never edited. That is why order and repetition do not matter.

Note [Who writes first]: two messages for a number that has no transaction yet have no row to lock, and each writer
would fold only its own. So each number has a row in Dossier, inserted and locked in the order of the codes: writers of
the same number wait for each other, and two batches that overlap never wait in a circle. Advisory locks would do the
same out of shared memory, of which eight batches of a thousand numbers ask too much.
"""

from collections.abc import Set as AbstractSet
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Func, Q

from procedures.calendar.models import CalendarVersion
from procedures.catalogue.models import Procedure, ProcedureVersion
from procedures.vocabulary import (
    ApplicantKind,
    Channel,
    ConductSignal,
    Outcome,
    Status,
    StepKind,
    Timeliness,
)
from units.models import Official, Unit

_MARKED = (
    "àÀảẢãÃáÁạẠăĂằẰẳẲẵẴắẮặẶâÂầẦẩẨẫẪấẤậẬèÈẻẺẽẼéÉẹẸêÊềỀểỂễỄếẾệỆìÌỉỈĩĨíÍịỊò"
    "ÒỏỎõÕóÓọỌôÔồỒổỔỗỖốỐộỘơƠờỜởỞỡỠớỚợỢùÙủỦũŨúÚụỤưƯừỪửỬữỮứỨựỰỳỲỷỶỹỸýÝỵỴđĐ"
)
_PLAIN = (
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaeeeeeeeeeeeeeeeeeeeeeeiiiiiiiiiio"
    "ooooooooooooooooooooooooooooooooouuuuuuuuuuuuuuuuuuuuuuyyyyyyyyyydd"
)
_FOLDED = (
    "CASE WHEN octet_length(%(expressions)s) = length(%(expressions)s) THEN lower(%(expressions)s)"
    f" ELSE lower(translate(%(expressions)s, '{_MARKED}', '{_PLAIN}')) END"
)
FOLDED_CODE = Func(F("dossier_code"), template=_FOLDED, output_field=models.TextField())
"""A dossier code as it is searched, like units.rules.folded: whatever its case, without the marks of letters.

Most have no marked letter, and to look for 134 of them in each code that a search compares takes longer than the rest.
"""

USUAL: dict[str, list[str]] = {
    "status": [Status.FINISHED, Status.RETURNED],
    "outcome": ["", Outcome.FINISHED],
    "timeliness": [Timeliness.EARLY, Timeliness.ON_TIME, Timeliness.RUNNING],
    "national_timeliness": [Timeliness.EARLY, Timeliness.ON_TIME, Timeliness.RUNNING],
    "channel": [Channel.COUNTER, Channel.ONLINE],
    "applicant_kind": ["", ApplicantKind.CITIZEN],
}
"""What most transactions say. A page of those is soon full in the order of ids; only for the others is there an index:
each one more is written with every transaction."""


class Dossier(models.Model):
    """A number under which messages gather, perhaps before anybody told what it stands for.

    Whoever takes messages for a number locks its row first (Note [Who writes first]).
    """

    code = models.CharField(max_length=100, primary_key=True, db_collation="C")

    def __str__(self) -> str:
        return self.code


class TransactionRows(models.QuerySet["Transaction"]):
    """Transactions; those of a few units also as `stretches`: rows each of one unit, which together are these.

    `receiving_unit = 7 OR settling_unit = 7` in the order of ids is in no index, each half of it is: api.pagination
    begins with the first rows of each. Whatever else than narrowing is done to the rows leaves only the rows.

    `part` tells of which rows these are those of which units, as long as nothing else was done to them: whoever narrows
    to some of those units need not narrow to all of them before.
    """

    stretches: tuple["TransactionRows", ...] = ()
    part: tuple["TransactionRows", AbstractSet[int]] | None = None

    def filter(self, *conditions: Any, **values: Any) -> "TransactionRows":
        """Narrow the rows, and each stretch of them."""
        rows: TransactionRows = super().filter(*conditions, **values)
        rows.stretches = tuple(one.filter(*conditions, **values) for one in self.stretches)
        return rows

    def exclude(self, *conditions: Any, **values: Any) -> "TransactionRows":
        """Leave rows out, of each stretch as well."""
        rows: TransactionRows = super().exclude(*conditions, **values)
        rows.stretches = tuple(one.exclude(*conditions, **values) for one in self.stretches)
        return rows

    def values(self, *names: Any, **expressions: Any) -> Any:
        """Return columns, of each stretch as well."""
        rows: Any = super().values(*names, **expressions)
        rows.stretches = tuple(one.values(*names, **expressions) for one in self.stretches)
        return rows


class Transaction(models.Model):
    """One citizen's run through one procedure; `dossier_code` is the number on the receipt and never changes.

    Due dates: `due_at_original` as first promised; `due_at` as last sent; `due_at_legal` the promise moved by what
    the law lets move it; `due_at_computed` what the catalogue's limit gives. Timeliness is judged by `ended_at`; what
    runs is stored as running, whether it is late is told when it is read. Where `exclusions` were granted, what would
    be without them stays beside it (`..._before_exclusions`). `signals` are those that stand for good; what a running
    transaction shows by now follows from `apologise_by_date` (Note [Conduct] in rules.conduct), and
    `signal_strength` is the greatest weight among those stored. `digest` is of all the fold said, steps and
    intervals included: nothing is written when it is the same.
    """

    dossier_code = models.CharField(max_length=100, unique=True)
    source = models.CharField(max_length=60)
    source_updated_at = models.DateTimeField()
    procedure = models.ForeignKey(Procedure, models.PROTECT, db_index=False)
    procedure_version = models.ForeignKey(ProcedureVersion, models.PROTECT, null=True, blank=True)
    receiving_unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="received_transactions", db_index=False
    )
    settling_unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="settled_transactions", db_index=False
    )
    settling_unit_name = models.CharField(max_length=300, blank=True)
    channel = models.CharField(max_length=10, choices=Channel)
    applicant_kind = models.CharField(max_length=15, choices=ApplicantKind, blank=True)
    applicant_ref = models.CharField(max_length=60, blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    received_at = models.DateTimeField(null=True, blank=True)
    due_at_original = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    due_at_legal = models.DateTimeField(null=True, blank=True)
    due_at_computed = models.DateTimeField(null=True, blank=True)
    due_date_differs = models.BooleanField(default=False)
    ended_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    returned_at = models.DateTimeField(null=True, blank=True)
    status = models.CharField(max_length=25, choices=Status)
    outcome = models.CharField(max_length=20, choices=Outcome, blank=True)
    timeliness = models.CharField(max_length=15, choices=Timeliness)
    national_timeliness = models.CharField(max_length=15, choices=Timeliness)
    exclusions = models.PositiveSmallIntegerField(default=0)
    due_at_before_exclusions = models.DateTimeField(null=True, blank=True)
    timeliness_before_exclusions = models.CharField(max_length=15, choices=Timeliness, blank=True)
    delay_minutes = models.IntegerField(null=True, blank=True)
    supplement_requests = models.PositiveSmallIntegerField(default=0)
    extensions = models.PositiveSmallIntegerField(default=0)
    apology_at = models.DateTimeField(null=True, blank=True)
    apology_on_time = models.BooleanField(null=True, blank=True)
    apologise_by_date = models.DateField(null=True, blank=True)
    supplement_notice_on_time = models.BooleanField(null=True, blank=True)
    signals = ArrayField(models.CharField(max_length=40, choices=ConductSignal), default=list)
    signal_strength = models.PositiveSmallIntegerField(default=0)
    contacts = models.PositiveSmallIntegerField(null=True, blank=True)
    agencies_contacted = models.PositiveSmallIntegerField(null=True, blank=True)
    paid_online = models.BooleanField(null=True, blank=True)
    digitised = models.BooleanField(null=True, blank=True)
    electronic_result = models.BooleanField(null=True, blank=True)
    calendar = models.ForeignKey(CalendarVersion, models.PROTECT, db_index=False)
    warnings = ArrayField(models.CharField(max_length=60), default=list)
    digest = models.CharField(max_length=43, default="")
    version = models.PositiveIntegerField(default=1)
    event_order = models.BigIntegerField(default=0)  # set by a trigger: api/migrations, "events follow the writers"
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    objects = TransactionRows.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["receiving_unit", "-id"], name="transaction_newest_of_receiver"),
            models.Index(fields=["settling_unit", "-id"], name="transaction_newest_of_settler"),
            models.Index(fields=["settling_unit", "-received_at", "-id"], name="transaction_by_receipt_settled"),
            models.Index(fields=["receiving_unit", "-received_at", "-id"], name="transaction_of_receiver"),
            models.Index(fields=["settling_unit", "-ended_at", "-id"], name="transaction_of_settler"),
            models.Index(fields=["procedure", "-received_at", "-id"], name="transaction_of_procedure"),
            models.Index(fields=["-received_at", "-id"], name="transaction_by_receipt"),
            models.Index(fields=["-id"], name="transaction_excluded", condition=Q(exclusions__gt=0)),
            models.Index(fields=["-id"], name="transaction_due_date_differs", condition=Q(due_date_differs=True)),
            models.Index(fields=["-id"], name="transaction_with_signals", condition=Q(signal_strength__gt=0)),
            models.Index(
                fields=["apologise_by_date", "-id"],
                name="transaction_to_apologise_for",
                condition=Q(apologise_by_date__isnull=False),
            ),
            models.Index(fields=["-ended_at", "-id"], name="transaction_by_end"),
            models.Index(fields=["due_at_legal", "id"], name="transaction_by_due_date"),
            models.Index(
                fields=["due_at_legal", "id"],
                name="transaction_running_by_due",
                condition=Q(timeliness=Timeliness.RUNNING),
            ),
            models.Index(fields=["source", "-id"], name="transaction_of_source"),
            *(
                models.Index(fields=[word, "-id"], name=f"unusual_{word}", condition=~Q(**{f"{word}__in": usual}))
                for word, usual in USUAL.items()
            ),
            *(
                models.Index(fields=["-id"], name=f"{word}_{flag}", condition=Q(**{flag: is_so}))
                for flag in ("paid_online", "digitised", "electronic_result")
                for word, is_so in (("with", True), ("without", False))
            ),
            models.Index(
                fields=["delay_minutes", "-id"], name="transaction_late_by", condition=Q(timeliness=Timeliness.LATE)
            ),
            GinIndex(fields=["warnings"], name="transaction_with_warnings", condition=~Q(warnings=[])),
            GinIndex(OpClass(FOLDED_CODE, "gin_trgm_ops"), name="transaction_code_trigrams"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(timeliness__in=["early", "on_time", "late"])
                | Q(ended_at__isnull=False, due_at_legal__isnull=False),
                name="a_judged_transaction_ended_and_had_a_due_date",
            ),
            models.CheckConstraint(
                condition=Q(exclusions=0, timeliness_before_exclusions="", due_at_before_exclusions__isnull=True)
                | Q(exclusions__gt=0) & ~Q(timeliness_before_exclusions=""),
                name="what_is_excluded_keeps_what_was_before",
            ),
        ]

    def __str__(self) -> str:
        return self.dossier_code


class Step(models.Model):
    """A stage done by an official in a unit, both as of that day; an unknown official stays a name.

    `name_key` is the name as people are compared, where no code told who it was (Note [Names that people resolve]).
    """

    transaction = models.ForeignKey(Transaction, models.CASCADE, related_name="steps", db_index=False)
    key = models.CharField(max_length=43)
    at = models.DateTimeField()
    status = models.CharField(max_length=25, choices=Status)
    kind = models.CharField(max_length=15, choices=StepKind)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True)
    official = models.ForeignKey(Official, models.PROTECT, null=True, blank=True, db_index=False)
    official_name = models.CharField(max_length=200, blank=True)
    name_key = models.CharField(max_length=200, default="")
    post = models.CharField(max_length=200, blank=True)
    department = models.CharField(max_length=300, blank=True)
    content = models.TextField(blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["transaction", "key"], name="a_step_is_told_once")]
        indexes = [
            models.Index(fields=["official", "-at"], name="steps_of_official"),
            models.Index(
                fields=["unit", "name_key", "at"],
                condition=Q(official__isnull=True) & ~Q(name_key=""),
                name="steps_of_an_unknown_name",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.at} {self.status}"


class ClockInterval(models.Model):
    """A stretch of a transaction's time, whether it counts against the limit, and why."""

    transaction = models.ForeignKey(Transaction, models.CASCADE, related_name="intervals", db_index=False)
    begins_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)
    cause = models.CharField(max_length=30)
    effect = models.CharField(max_length=10)
    counts = models.BooleanField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["transaction", "begins_at", "cause"], name="an_interval_is_told_once")
        ]

    def __str__(self) -> str:
        return f"{self.cause} {self.begins_at}"

"""Files of messages: the file itself until it is read, how far reading it is, and what became of each row.

Note [The file lies in the database]: not in a folder. So any machine may receive it and any worker read it, nothing
else must be backed up, secured or shared, and what a chunk of rows came to (the rows themselves, their part of the
report, that they are done) is committed together: after a crash nothing has to be compared.
Its pieces are sealed, because a file names its applicants, and deleted with the last row: every row is in the journal.
See docs/decisions/0006-imports.md.
"""

import uuid

from django.db import models
from django.db.models import Q

from procedures.vocabulary import ImportFault, ImportFormat, ImportState
from units.models import Unit

UNFINISHED = (ImportState.QUEUED, ImportState.RUNNING)


class Import(models.Model):
    """A file of messages, sent by one caller for one source; `boundary`, `may_overwrite`: what he was granted then.

    `layout` is what the head of a CSV file told: its delimiter and its columns. `bytes_*` count the file unpacked,
    `bytes_sent` as it came. `*_cut`: how much of it was given to workers, from the front (the head of a CSV file
    counts as given and done); `*_done`: how much of that is taken in. `worked_seconds` is the time in which its rows
    were read, by however many, up to `worked_until`; `worked_at` is when it last had its turn. An upload of which
    nothing came until `leased_until` is forgotten.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    client_id = models.CharField(max_length=60)
    source = models.CharField(max_length=60)
    boundary = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    may_overwrite = models.BooleanField(default=False)
    format = models.CharField(max_length=10, choices=ImportFormat, blank=True)
    layout = models.JSONField(default=dict)
    is_compressed = models.BooleanField(default=False)
    sha256 = models.CharField(max_length=64, blank=True)
    state = models.CharField(max_length=10, choices=ImportState, default=ImportState.UPLOADING)
    fault = models.CharField(max_length=20, choices=ImportFault, blank=True)
    bytes_sent = models.PositiveBigIntegerField(default=0)
    bytes_total = models.PositiveBigIntegerField(default=0)
    bytes_cut = models.PositiveBigIntegerField(default=0)
    lines_cut = models.PositiveBigIntegerField(default=0)
    rows_cut = models.PositiveBigIntegerField(default=0)
    bytes_done = models.PositiveBigIntegerField(default=0)
    lines_done = models.PositiveBigIntegerField(default=0)
    rows_done = models.PositiveBigIntegerField(default=0)
    counts = models.JSONField(default=dict)
    worked_seconds = models.FloatField(default=0)
    worked_until = models.DateTimeField(null=True, blank=True)
    worked_at = models.DateTimeField(null=True, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)
    requested_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["client_id", "source", "sha256"], condition=Q(state__in=UNFINISHED),
                name="a_file_is_imported_once_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(bytes_done__lte=models.F("bytes_total"), bytes_cut__lte=models.F("bytes_total")),
                name="an_import_stays_within_its_file",
            ),
            models.CheckConstraint(
                condition=Q(rows_done__lte=models.F("rows_cut")), name="no_row_is_done_that_was_not_given"
            ),
            models.CheckConstraint(
                condition=~Q(state=ImportState.FAILED) | ~Q(fault=""), name="a_failed_import_says_why"
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["client_id", "-requested_at", "-id"], name="imports_of_client"),
            models.Index(fields=["worked_at", "requested_at"], name="imports_waiting", condition=Q(
                state__in=[ImportState.UPLOADING, *UNFINISHED])),
        ]  # fmt: skip

    def __str__(self) -> str:
        return str(self.id)

    @property
    def is_over(self) -> bool:
        """Tell whether nothing more will be read of it."""
        return self.state in {ImportState.FINISHED, ImportState.CANCELLED, ImportState.FAILED}

    @property
    def is_cut_up(self) -> bool:
        """Tell whether every row was given to a worker."""
        return self.bytes_cut == self.bytes_total

    @property
    def is_read(self) -> bool:
        """Tell whether every row was taken in."""
        return self.is_cut_up and self.rows_done == self.rows_cut


class ImportPiece(models.Model):
    """So many bytes of the file unpacked (rules.PIECE, the last one fewer): deflated, then sealed to its place."""

    job = models.ForeignKey(Import, models.CASCADE, related_name="pieces", db_index=False)
    number = models.PositiveIntegerField()
    sealed = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["job", "number"], name="a_piece_is_stored_once")]

    def __str__(self) -> str:
        return f"{self.job_id} {self.number}"


class ImportChunk(models.Model):
    """Rows that were given to a worker and are not taken in yet (Note [Who works on a file]).

    So many `rows` and `lines`, from byte `begins`, where line `first_line` begins, to byte `ends`. Whoever reads them
    holds the lock of this row and deletes it when they are taken in.
    """

    job = models.ForeignKey(Import, models.CASCADE, related_name="chunks", db_index=False)
    first_row = models.PositiveBigIntegerField()
    rows = models.PositiveIntegerField()
    first_line = models.PositiveBigIntegerField()
    lines = models.PositiveIntegerField()
    begins = models.PositiveBigIntegerField()
    ends = models.PositiveBigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["job", "first_row"], name="a_row_is_given_once")]

    def __str__(self) -> str:
        return f"{self.job_id} {self.first_row}"


class ImportReportPart(models.Model):
    """What became of the rows of one chunk: deflated JSON Lines. `first_row` counts from 1, the head of a CSV apart."""

    job = models.ForeignKey(Import, models.CASCADE, related_name="report_parts", db_index=False)
    first_row = models.PositiveBigIntegerField()
    packed = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["job", "first_row"], name="a_row_is_reported_once")]

    def __str__(self) -> str:
        return f"{self.job_id} {self.first_row}"

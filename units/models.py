"""Units and officials are identities; what is said of them is dated (half-open periods that never overlap).

`recorded_by` is the id of the caller who said it (api/principals.py) or the name of the data file's loader.
"""

from typing import Any

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from units.vocabulary import CodeScheme, RegisterTable, SuccessionKind, UnitKind


def no_two_at_once(name: str, *columns: str, condition: Q | None = None) -> ExclusionConstraint:
    """Return the constraint that rows equal in `columns` are never in force on the same day."""
    same: list[tuple[Any, str]] = [(column, RangeOperators.EQUAL) for column in columns]
    expressions = [*same, ("valid", RangeOperators.OVERLAPS)]
    return ExclusionConstraint(name=name, expressions=expressions, condition=condition)


class Unit(models.Model):
    """An administrative body, through all its names; `code` is ours, stable and never given twice."""

    code = models.CharField(max_length=100, unique=True)

    def __str__(self) -> str:
        return self.code


class UnitVersion(models.Model):
    """What a unit was called, what it was and whom it stood under, for a period."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="versions")
    valid = DateRangeField()
    name = models.CharField(max_length=300)
    name_folded = models.CharField(max_length=300)
    sort_key = models.TextField(db_collation="C")
    kind = models.CharField(max_length=20, choices=UnitKind)
    parent = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="children")
    source = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)
    recorded_by = models.CharField(max_length=200, blank=True)
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [no_two_at_once("a_unit_is_one_thing_a_day", "unit")]
        indexes = [GinIndex(fields=["name_folded"], opclasses=["gin_trgm_ops"], name="unit_name_trigrams")]

    def __str__(self) -> str:
        return self.name


class UnitCode(models.Model):
    """A code that a scheme gave a unit for a period."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="codes")
    scheme = models.CharField(max_length=10, choices=CodeScheme)
    value = models.CharField(max_length=35)
    valid = DateRangeField()

    class Meta:
        constraints = [no_two_at_once("a_code_means_one_unit_a_day", "scheme", "value")]

    def __str__(self) -> str:
        return f"{self.scheme}:{self.value}"


class UnitAlias(models.Model):
    """Another spelling under which a unit's name arrives."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="aliases")
    name = models.CharField(max_length=300)
    name_folded = models.CharField(max_length=300, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["unit", "name"], name="an_alias_is_listed_once")]

    def __str__(self) -> str:
        return self.name


class Successions(models.QuerySet["UnitSuccession"]):
    """Successions, those that were revoked among them."""

    def valid(self) -> "Successions":
        """Leave out what was revoked."""
        return self.filter(revoked_at__isnull=True)


class UnitSuccession(models.Model):
    """That one unit's work went to another on a day, by which decision; many to many.

    `decision` is the source in words. A transfer of some `procedures` (national codes) leaves the unit all its others;
    a rename leads from a unit to itself. What it says never changes and stays for ever; one recorded by mistake is
    revoked, by the decision that corrects it, and counts for nothing from then on.
    """

    predecessor = models.ForeignKey(Unit, models.PROTECT, related_name="successions")
    successor = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="predecessions")
    kind = models.CharField(max_length=10, choices=SuccessionKind)
    effective_date = models.DateField()
    decision = models.TextField(blank=True)
    note = models.TextField(blank=True)
    decision_number = models.CharField(max_length=100, blank=True, default="")
    decision_date = models.DateField(null=True, blank=True)
    procedures = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    recorded_by = models.CharField(max_length=200, blank=True)
    recorded_at = models.DateTimeField(db_default=Now())
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.CharField(max_length=200, blank=True, default="")
    revocation_reason = models.TextField(blank=True, default="")
    revocation_number = models.CharField(max_length=100, blank=True, default="")
    revocation_date = models.DateField(null=True, blank=True)

    objects = Successions.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["predecessor", "successor", "effective_date"],
                name="a_succession_is_told_once",
                nulls_distinct=False,
                condition=Q(revoked_at__isnull=True),
            ),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True, revoked_by="", revocation_reason="", revocation_number="")
                & Q(revocation_date__isnull=True)
                | Q(revoked_at__isnull=False, revocation_date__isnull=False)
                & ~Q(revoked_by="")
                & ~Q(revocation_reason="")
                & ~Q(revocation_number=""),
                name="a_revoked_succession_says_by_whom_why_and_by_what",
            ),
            models.CheckConstraint(
                condition=Q(kind=SuccessionKind.DISSOLVE, successor__isnull=True)
                | (~Q(kind=SuccessionKind.DISSOLVE) & Q(successor__isnull=False)),
                name="only_a_dissolved_unit_has_no_successor",
            ),
            models.CheckConstraint(
                condition=~Q(predecessor=F("successor")) | Q(kind=SuccessionKind.RENAME),
                name="a_unit_follows_itself_only_under_a_new_name",
            ),
            models.CheckConstraint(
                condition=Q(procedures=[]) | Q(kind=SuccessionKind.TRANSFER),
                name="only_a_transfer_names_procedures",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.predecessor_id} → {self.successor_id}"


class SuccessionEffect(models.Model):
    """What a decision changed beside the successions: a dated row that it ended or made (`row`), with its periods.

    `before` is empty for a row that it made; `told` keeps what such a row said, in case it is taken back.
    """

    succession = models.ForeignKey(UnitSuccession, models.PROTECT, related_name="effects")
    table = models.CharField(max_length=10, choices=RegisterTable)
    row = models.BigIntegerField()
    before = DateRangeField()
    after = DateRangeField()
    told = models.JSONField(default=dict)

    IS_LEDGER = True

    class Meta:
        constraints = [models.UniqueConstraint(fields=["succession", "table", "row"], name="an_effect_is_noted_once")]

    def __str__(self) -> str:
        return f"{self.succession_id} {self.table} {self.row}"


class Official(models.Model):
    """A person who serves (cán bộ, công chức, viên chức); `code` is the personnel system's."""

    code = models.CharField(max_length=50, unique=True)
    name = models.CharField(max_length=200)
    name_folded = models.CharField(max_length=200, db_index=True)
    sort_key = models.TextField(db_collation="C", default="")
    version = models.PositiveIntegerField(default=1)
    recorded_by = models.CharField(max_length=200, blank=True)
    recorded_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return self.code


class Posting(models.Model):
    """Where an official belongs (home) and where he serves, for a period.

    Emulation and discipline are the home unit's, the counter is the serving unit's (NĐ 61/2018, điều 11.2g).
    """

    official = models.ForeignKey(Official, models.PROTECT, related_name="postings")
    home_unit = models.ForeignKey(Unit, models.PROTECT, related_name="home_postings")
    serving_unit = models.ForeignKey(Unit, models.PROTECT, related_name="serving_postings")
    post = models.CharField(max_length=200)
    is_head = models.BooleanField(default=False)
    valid = DateRangeField()
    recorded_by = models.CharField(max_length=200, blank=True)
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            no_two_at_once("an_official_is_posted_once_a_day", "official"),
            no_two_at_once("a_unit_has_one_head_a_day", "serving_unit", condition=Q(is_head=True)),
        ]

    def __str__(self) -> str:
        return self.post


class ReferenceStamp(models.Model):
    """What stands for the state of the organisation, the catalogue and the calendar together.

    Each change of a table of these replaces one row's stamp by a fresh one (a trigger, in the change's own database
    transaction), so the stamps of all rows together are the same only while nothing has changed. Each of several who
    change something at once takes a row that nobody else holds: they never wait for each other because of it.
    """

    stamp = models.UUIDField()

    def __str__(self) -> str:
        return str(self.stamp)

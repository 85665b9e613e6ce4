"""What was received, whose word counts, and what people decide of the names in it."""

from django.contrib.postgres.fields import ArrayField, DateRangeField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from procedures.vocabulary import MessageKind, MessageOutcome, NameMeaning
from units.models import Official, Unit


class Message(models.Model):
    """A message as received (`raw_sealed`: encrypted, it names the applicant) and as understood (`content`: no person).

    The same content from the same source is kept once; `times_received` counts the repeats and `also_sent_by`
    names the other clients that sent it. `sent_as` is the number it was sent under where that is an alias of
    `dossier_code` (Note [Aliases]). `boundary` is the unit
    whose subtree the sender was granted then, null for the whole province; `may_overwrite` whether it was granted to
    write over other sources. `is_foreign` tells that it is refused because the dossier is another source's (Note [One
    source a dossier]). `raw_sealed` is empty once its time is over.
    """

    source = models.CharField(max_length=60)
    client_id = models.CharField(max_length=60)
    sent_as = models.CharField(max_length=100, blank=True, default="", db_default="")
    boundary = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    may_overwrite = models.BooleanField(default=False)
    is_foreign = models.BooleanField(default=False)
    also_sent_by = ArrayField(models.CharField(max_length=60), default=list)
    via = models.CharField(max_length=20)
    kind = models.CharField(max_length=10, choices=MessageKind)
    dossier_code = models.CharField(max_length=100, blank=True, db_index=True)
    source_updated_at = models.DateTimeField(null=True, blank=True)
    content = models.JSONField(default=dict)
    digest = models.CharField(max_length=43)
    raw_sealed = models.BinaryField()
    outcome = models.CharField(max_length=10, choices=MessageOutcome)
    faults = models.JSONField(default=list)
    warnings = ArrayField(models.CharField(max_length=60), default=list)
    received_at = models.DateTimeField()
    last_received_at = models.DateTimeField()
    times_received = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "kind", "digest"], name="a_message_is_kept_once"),
            models.CheckConstraint(
                condition=Q(is_foreign=False) | Q(may_overwrite=False, outcome=MessageOutcome.REJECTED),
                name="a_foreign_message_is_refused",
            ),
        ]
        indexes = [
            models.Index(fields=["client_id", "-id"], name="journal_of_client"),
            GinIndex(fields=["also_sent_by"], condition=~Q(also_sent_by=[]), name="journal_of_other_clients"),
            models.Index(fields=["received_at", "id"], condition=~Q(raw_sealed=b""), name="messages_still_sealed"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.dossier_code}"


class DossierAlias(models.Model):
    """Another number under which a source tells of a dossier.

    Note [Aliases]: some software tells states under the portal's number and progress under its own, and no message
    holds both. Which belongs to which is told, never guessed, by the source itself and for its own messages only: the
    same number from another source means another dossier. A message is kept as it was sent, filed under the dossier and
    read as one of its messages; so it makes no difference whether the alias was told before it or after. An alias
    stands for a dossier and never for another alias. Whoever takes messages for a number holds its row in Dossier and
    then looks for an alias; whoever tells one holds the same rows, so no message slips between.
    """

    source = models.CharField(max_length=60)
    code = models.CharField(max_length=100, db_collation="C")
    dossier_code = models.CharField(max_length=100, db_collation="C")
    recorded_by = models.CharField(max_length=100)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code", "source"], name="a_number_of_a_source_means_one_dossier"),
            models.CheckConstraint(condition=~Q(code=models.F("dossier_code")), name="an_alias_is_another_number"),
        ]
        indexes = [models.Index(fields=["dossier_code"], name="aliases_of_dossier")]

    def __str__(self) -> str:
        return f"{self.source} {self.code} = {self.dossier_code}"


class SourceRank(models.Model):
    """Which source goes first where two tell of one dossier, from a day on; the smaller rank wins.

    A source without a row has `UNRANKED`. Only days to come are written, so that what stands never changes by it.
    """

    UNRANKED = 100

    source = models.CharField(max_length=60)
    rank = models.PositiveSmallIntegerField()
    valid_from = models.DateField()
    recorded_by = models.CharField(max_length=100)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "valid_from"], name="one_rank_of_a_source_a_day")]

    def __str__(self) -> str:
        return f"{self.source} {self.rank}"


class NameDecision(models.Model):
    """What a name told in a unit means on the days of a period; the newest of a day speaks, none is ever changed.

    `number` counts the decisions on this name in this unit; without a unit they speak for the steps of which nobody
    knows the unit. Note [Names that people resolve] (rules.names).
    """

    IS_LEDGER = True

    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    name_key = models.CharField(max_length=200)
    name = models.CharField(max_length=200)
    number = models.PositiveIntegerField()
    meaning = models.CharField(max_length=10, choices=NameMeaning)
    official = models.ForeignKey(Official, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    valid = DateRangeField()
    reason = models.TextField()
    decided_by = models.CharField(max_length=200)
    decided_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["name_key", "unit", "number"], name="decisions_on_a_name_are_numbered", nulls_distinct=False
            ),
            models.CheckConstraint(
                condition=Q(meaning="official", official__isnull=False)
                | (~Q(meaning="official") & Q(official__isnull=True)),
                name="a_name_that_means_an_official_names_him",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.number}"


class Renewal(models.Model):
    """A dossier whose transaction must be folded again, because what its names mean has changed."""

    dossier_code = models.CharField(max_length=100, primary_key=True, db_collation="C")

    def __str__(self) -> str:
        return self.dossier_code

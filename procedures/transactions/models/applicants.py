"""Who applies, as nobody is told: numbers behind references, and contacts that are sealed, logged and destroyed."""

from django.db import models


class ApplicantNumber(models.Model):
    """A person's or a business's number, known by its keyed digest under one key, and the reference it stands for.

    `ref` is random and the only thing that leaves this table; `number_sealed` is opened only to make the digest under a
    new key (docs/decisions/0008-applicants.md).
    """

    digest = models.BinaryField(max_length=32, primary_key=True)
    key_id = models.CharField(max_length=60)
    ref = models.CharField(max_length=60)
    number_sealed = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ref", "key_id"], name="one_digest_of_a_person_under_a_key")]

    def __str__(self) -> str:
        return self.ref


class ApplicantContact(models.Model):
    """Where to send the link to rate a dossier: sealed, bound to this row, and destroyed after `kept_until`."""

    dossier_code = models.CharField(max_length=100, primary_key=True)
    source = models.CharField(max_length=60)
    told_at = models.DateTimeField()
    digest = models.BinaryField(max_length=32)
    sealed = models.BinaryField()
    kept_until = models.DateField(db_index=True)

    def __str__(self) -> str:
        return self.dossier_code


class ContactReading(models.Model):
    """That somebody asked for the contact of a dossier, and whether there was one."""

    dossier_code = models.CharField(max_length=100)
    client_id = models.CharField(max_length=60)
    was_found = models.BooleanField()
    read_at = models.DateTimeField()

    IS_LEDGER = True

    class Meta:
        indexes = [models.Index(fields=["dossier_code", "-id"], name="readings_of_dossier")]

    def __str__(self) -> str:
        return f"{self.client_id} {self.dossier_code}"

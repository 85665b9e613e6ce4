"""Units, procedures, transactions and their ratings, each one table."""

import uuid

from django.db import models


class Unit(models.Model):
    """An office."""

    code = models.CharField(max_length=50, unique=True)
    name = models.CharField(max_length=300)

    def __str__(self) -> str:
        return self.name


class Procedure(models.Model):
    """An administrative procedure."""

    code = models.CharField(max_length=50, unique=True)
    name = models.CharField(max_length=1000)

    def __str__(self) -> str:
        return self.code


class Transaction(models.Model):
    """A citizen's run through a procedure."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    dossier_code = models.CharField(max_length=100, unique=True)
    unit = models.ForeignKey(Unit, models.PROTECT)
    procedure = models.ForeignKey(Procedure, models.PROTECT)
    source = models.CharField(max_length=60)
    status = models.CharField(max_length=25)
    channel = models.CharField(max_length=10)
    applicant_ref = models.CharField(max_length=60)
    submitted_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField()
    due_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    returned_at = models.DateTimeField(null=True)
    timeliness = models.CharField(max_length=15)
    delay_minutes = models.IntegerField(null=True)
    paid_online = models.BooleanField(null=True)
    digitised = models.BooleanField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.dossier_code


class Rating(models.Model):
    """A rating of a transaction."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    transaction = models.ForeignKey(Transaction, models.PROTECT)
    overall = models.PositiveSmallIntegerField()
    attitude = models.PositiveSmallIntegerField()
    speed = models.PositiveSmallIntegerField()
    clarity = models.PositiveSmallIntegerField()
    place = models.PositiveSmallIntegerField()
    result = models.PositiveSmallIntegerField()
    comment = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)

    def __str__(self) -> str:
        return str(self.id)

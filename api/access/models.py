"""Who may call: machines with rotating secrets, people, and the tokens both hold. No credential in clear."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from units.models import Official, Unit


class ApiClient(models.Model):
    """A machine: its scopes, the subtree it may see, and the source name its messages carry."""

    client_id = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=200)
    scopes = ArrayField(models.CharField(max_length=40))
    boundary = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True)
    source = models.CharField(max_length=60, blank=True)
    is_trusted_counter = models.BooleanField(default=False)
    rate_limit = models.PositiveIntegerField(null=True, blank=True)
    is_active = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.client_id


class ClientSecret(models.Model):
    """One of a client's two live secrets; only its SHA-256 is kept (the secret itself is 130 random bits)."""

    client = models.ForeignKey(ApiClient, models.PROTECT, related_name="secrets")
    slot = models.PositiveSmallIntegerField()
    digest = models.BinaryField(max_length=32, unique=True)
    prefix = models.CharField(max_length=8)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["client", "slot"], name="a_client_has_at_most_two_secrets"),
            models.CheckConstraint(condition=Q(slot__in=[1, 2]), name="a_secret_has_slot_1_or_2"),
        ]

    def __str__(self) -> str:
        return self.prefix


class Account(models.Model):
    """A person: of an identity provider (`issuer`, `subject`) or local (`username`, Argon2, sealed TOTP key)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    username = models.CharField(max_length=100, unique=True, null=True, blank=True)
    password = models.CharField(max_length=200, blank=True)
    totp_sealed = models.BinaryField(null=True, blank=True)
    totp_last_step = models.BigIntegerField(default=0)
    issuer = models.CharField(max_length=300, blank=True)
    subject = models.CharField(max_length=300, null=True, blank=True)  # noqa: DJ001 - unique where there is one
    display_name = models.CharField(max_length=200)
    scopes = ArrayField(models.CharField(max_length=40))
    boundary = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True)
    official = models.ForeignKey(Official, models.PROTECT, null=True, blank=True)
    is_active = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["issuer", "subject"], name="a_subject_of_an_issuer_is_one_person"),
            models.CheckConstraint(
                condition=Q(username__isnull=False) | Q(subject__isnull=False), name="an_account_can_sign_in"
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class AccessToken(models.Model):
    """A bearer token of a machine or a person; only its SHA-256 is kept (the token is 256 random bits).

    `slot` names the client's secret it was given for: a secret that goes takes its tokens with it.
    """

    digest = models.BinaryField(max_length=32, unique=True)
    client = models.ForeignKey(ApiClient, models.PROTECT, null=True, blank=True)
    slot = models.PositiveSmallIntegerField(null=True, blank=True)
    account = models.ForeignKey(Account, models.PROTECT, null=True, blank=True)
    scopes = ArrayField(models.CharField(max_length=40))
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(client__isnull=False, account__isnull=True) | Q(client__isnull=True, account__isnull=False),
                name="a_token_belongs_to_one_principal",
            )
        ]
        indexes = [models.Index(fields=["expires_at"], name="token_by_expiry")]

    def __str__(self) -> str:
        return str(self.pk)

"""People: making local accounts and those of an identity provider, and signing local ones in."""

import datetime as dt
import hmac
import uuid
from dataclasses import dataclass
from functools import lru_cache

import pyotp
from django.contrib.auth.hashers import check_password, make_password
from django.db.transaction import atomic

from api.access import tokens
from api.access.models import Account
from api.access.scopes import ALL_SCOPES
from api.errors import BeyondOwnRights, Fault, SignInFailed
from procedures.secrecy import seal, unseal
from units.models import Official, Unit

SHORTEST_PASSWORD = 12
ISSUED_TO = "Phuc vu"
NEIGHBOURS = (-1, 0, 1)
"""Steps of 30 seconds a telephone's clock may be wrong by (RFC 6238, 5.2)."""


@dataclass(frozen=True)
class Person:
    """What is said of a person; `boundary` None is the whole province."""

    display_name: str
    scopes: list[str]
    boundary: Unit | None = None
    official: Official | None = None


@dataclass(frozen=True)
class LocalSignIn:
    """How a person without an identity provider signs in; `seed` is the TOTP key in base 32."""

    username: str
    password: str
    seed: str

    @property
    def uri(self) -> str:
        """The address that an authenticator app scans."""
        return pyotp.TOTP(self.seed).provisioning_uri(name=self.username, issuer_name=ISSUED_TO)


def fresh_seed() -> str:
    """Return a new TOTP key, 160 random bits in base 32."""
    return pyotp.random_base32()


def create_account(*, person: Person, local: LocalSignIn, now: dt.datetime) -> Account:
    """Register a local account; raises ValueError for a short password, BeyondOwnRights for an unknown scope."""
    account = Account(username=local.username, created_at=now, **_said_of(person))
    _lock_up(account, local)
    account.save(force_insert=True)
    return account


def create_foreign_account(*, person: Person, issuer: str, subject: str, now: dt.datetime) -> Account:
    """Register a person whom an identity provider knows as `subject`."""
    return Account.objects.create(issuer=issuer, subject=subject, created_at=now, **_said_of(person))


def change_account(
    *, account_id: uuid.UUID, person: Person, is_active: bool, local: LocalSignIn | None, now: dt.datetime
) -> Account:
    """Say something else of a person, and with `local` give him a new password and TOTP key.

    Every token he holds is worthless from then on. Raises ValueError for a short password, BeyondOwnRights for an
    unknown scope.
    """
    with atomic():
        account = Account.objects.select_for_update().get(pk=account_id)
        for name, value in _said_of(person).items():
            setattr(account, name, value)
        if local is not None:
            _lock_up(account, local)
            account.totp_last_step = 0
        account.is_active, account.version = is_active, account.version + 1
        account.save()
        tokens.revoke_of_account(account, now=now)
    return account


def sign_in(*, username: str, password: str, code: str, now: dt.datetime) -> tuple[str, list[str]]:
    """Return a new token and its scopes; raises SignInFailed.

    An unknown name costs the same work as a wrong password or a wrong code and gets the same answer. A code works
    once: its step is written with the condition that it is later than the last one used.
    """
    account = Account.objects.filter(username=username, is_active=True).exclude(password="").first()
    stored, seed = (account.password, _seed_of(account)) if account else _nobody()
    is_password = check_password(password, stored)
    step = _step_of(code, seed=seed, now=now)
    if account is None or not is_password or step is None:
        raise SignInFailed
    if not Account.objects.filter(pk=account.pk, totp_last_step__lt=step).update(totp_last_step=step):
        raise SignInFailed
    return tokens.issue(scopes=account.scopes, account=account, now=now), account.scopes


def _said_of(person: Person) -> dict[str, object]:
    if unknown := set(person.scopes) - ALL_SCOPES:
        raise BeyondOwnRights([Fault("pointer", "/scopes", "unknown_scope", ", ".join(sorted(unknown)))])
    return vars(person)


def _lock_up(account: Account, local: LocalSignIn) -> None:
    if len(local.password) < SHORTEST_PASSWORD:
        raise ValueError(f"a password has at least {SHORTEST_PASSWORD} characters")
    account.password = make_password(local.password)
    account.totp_sealed = seal(local.seed.encode(), bound_to=_place(account))


def _seed_of(account: Account) -> str:
    return unseal(bytes(account.totp_sealed or b""), bound_to=_place(account)).decode()


def _place(account: Account) -> str:
    return f"api_account.totp_sealed:{account.pk}"


def _step_of(code: str, *, seed: str, now: dt.datetime) -> int | None:
    """Return the 30-second step whose code this is, or None; every candidate is compared, in constant time."""
    totp = pyotp.TOTP(seed)
    steps = [totp.timecode(now) + away for away in NEIGHBOURS]
    matching = [step for step in steps if hmac.compare_digest(totp.generate_otp(step).encode(), code.encode())]
    return matching[-1] if matching else None


@lru_cache(maxsize=1)
def _nobody() -> tuple[str, str]:
    """Return what an unknown name is checked against."""
    return make_password(fresh_seed()), fresh_seed()

"""Let a source say under which other number it tells of a dossier (Note [Aliases])."""

import datetime as dt

from django.db.models import F, Q
from django.db.transaction import atomic

from procedures.errors import AliasIsDossier, AliasOfAlias
from procedures.transactions.models import DossierAlias, Message, Transaction
from procedures.transactions.queries.aliases import dossier_meant
from procedures.transactions.services.rewriting import rewritten
from procedures.transactions.services.storing import lock_dossiers
from procedures.vocabulary import MessageOutcome


def tell_alias(*, source: str, code: str, dossier_code: str, by: str, now: dt.datetime) -> bool:
    """Let what a source tells under `code` count for a dossier, also what it told before; return whether that is new.

    Told again it changes nothing; told of another dossier it takes its messages along. Raises AliasOfAlias when one of
    both numbers is an alias, or stands for one, or they are the same; AliasIsDossier when a transaction would lose all
    that is known of it.
    """
    while True:
        before = dossier_meant(source=source, code=code)
        with atomic():
            lock_dossiers(sorted({code, before, dossier_code}))
            if dossier_meant(source=source, code=code) != before:
                continue
            if before == dossier_code != code:
                return False
            _require_dossier(source, code, dossier_code)
            said = {"dossier_code": dossier_code, "recorded_by": by, "recorded_at": now}
            DossierAlias.objects.update_or_create(source=source, code=code, defaults=said)
            _file(source, code, before, dossier_code, now)
            return True


def _require_dossier(source: str, code: str, dossier_code: str) -> None:
    aliases = DossierAlias.objects.filter(source=source)
    if code == dossier_code or aliases.filter(Q(code=dossier_code) | Q(dossier_code=code)).exists():
        raise AliasOfAlias


def _file(source: str, code: str, before: str, dossier_code: str, now: dt.datetime) -> None:
    """File the messages of this number under the dossier, and write both it and what they leave anew."""
    sent_so = Q(sent_as=code) if before != code else Q(sent_as="")
    Message.objects.filter(sent_so, source=source, dossier_code=before).update(dossier_code=dossier_code, sent_as=code)
    written = rewritten(dossier_codes=[before, dossier_code], now=now, shrunk={before})
    standing = Transaction.objects.filter(dossier_code__in=[before, dossier_code])
    left = written.get(before)
    if standing.filter(dossier_code=before).exists() and (left is None or left.outcome is MessageOutcome.WAITING):
        raise AliasIsDossier
    same = [
        one for one in (before, dossier_code) if one in written and written[one].outcome is MessageOutcome.UNCHANGED
    ]
    standing.filter(dossier_code__in=same).update(version=F("version") + 1, updated_at=now)

"""Write transactions anew whose messages are the same, because something beside them changed.

What a name means, the calendar, an exclusion: it takes the locks that senders take, so it ends as if every message had
come after the change.
"""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence

from django.db.transaction import atomic

from procedures.transactions.queries.directory import look_up
from procedures.transactions.queries.kept import known_of, procedures_by_code
from procedures.transactions.services.boundaries import Boundaries
from procedures.transactions.services.contacts import forget_contacts_of_others
from procedures.transactions.services.counting import counting_again, settle_kept, told_before
from procedures.transactions.services.receiving import procedure_codes_in, wanted_in
from procedures.transactions.services.storing import lock_dossiers
from procedures.transactions.services.writing import Folded, write
from procedures.vocabulary import MessageOutcome


def rewrite(*, dossier_codes: Sequence[str], now: dt.datetime) -> int:
    """Fold these transactions again from what is kept of them; return how many came out different."""
    written = rewritten(dossier_codes=dossier_codes, now=now)
    return sum(one.outcome is MessageOutcome.UPDATED for one in written.values())


@atomic
def rewritten(*, dossier_codes: Sequence[str], now: dt.datetime, shrunk: Collection[str] = ()) -> Mapping[str, Folded]:
    """Fold these transactions again and return what each came to; messages were taken away from the `shrunk`."""
    if not dossier_codes:
        return {}
    lock_dossiers(sorted(dossier_codes))
    known = known_of(dossier_codes=dossier_codes)
    before = {code: told_before(code, kept) for code, kept in known.messages.items()}
    everything = [one for messages in before.values() for _, told in messages for one in told]
    if not everything:
        return {}
    procedures = procedures_by_code(codes=procedure_codes_in(everything), stamp=known.stamp)
    directory = look_up(wanted_in(everything), stamp=known.stamp)
    counted = counting_again(before, Boundaries(directory, now=now), now=now)
    written = write(
        counted.told,
        procedures,
        directory,
        known,
        now=now,
        contested=counted.contested,
        shrunk={code for code, _ in counted.lost} | set(shrunk),
    )
    settle_kept(counted, {code for code in written if written[code].outcome is MessageOutcome.WAITING})
    forget_contacts_of_others(counted.lost_sources)
    return written

"""What a complainant must say of himself, and what he must not."""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet

from feedback.vocabulary import IdentityMode, LegalClass

CONTACTS = ("phone", "email", "address")
FIELDS = ("name", *CONTACTS, "national_id")


def identity_faults(mode: str, legal_class: str, given: AbstractSet[str]) -> Iterator[tuple[str, str]]:
    """Yield (field, code) of everything wrong with what a complainant says of himself.

    Who wants to be anonymous gives nothing that tells who he is; who is named gives his name and a way to reach him; a
    grievance is about one's own rights, so it has a name.

    Source: NĐ 20/2008, điều 7; Luật Khiếu nại 2011, điều 8; Luật Tố cáo 2018, điều 23, 25.
    """
    if mode == IdentityMode.ANONYMOUS:
        yield from ((field, "not_anonymous") for field in FIELDS if field in given)
        if legal_class == LegalClass.GRIEVANCE:
            yield "mode", "grievance_needs_name"
        return
    if "name" not in given:
        yield "name", "required"
    if not given & set(CONTACTS):
        yield "phone", "contact_needed"

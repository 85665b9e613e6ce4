"""To which place the body of a message is sealed."""

PLACE = "procedures_message.raw_sealed"


def sealed_for(digest: str) -> str:
    """Return the place to which the sealed body of a message is bound.

    Source: our choice; a body moved to another row cannot be opened (procedures.secrecy.seal).
    """
    return f"{PLACE}:{digest}"

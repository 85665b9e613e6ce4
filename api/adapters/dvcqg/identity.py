"""Free texts without what tells of a person; fields of names, telephones and addresses are never read."""

import re

_LONG_NUMBER = re.compile(r"(?<![0-9/])\+?[0-9](?:[ .]?[0-9]){8,13}(?![0-9/])", re.ASCII)
_ADDRESS = re.compile(r"[^\s@<>,;]+@[^\s@<>,;]+\.[^\s@<>,;]+")


def discreet(text: str) -> str:
    """Return a free text without numbers that may be a paper's or a telephone's, and without e-mail addresses."""
    return _ADDRESS.sub("[…]", _LONG_NUMBER.sub("[…]", text))

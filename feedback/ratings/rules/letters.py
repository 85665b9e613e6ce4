"""Texts read letter by letter, each letter worked out once."""

from collections.abc import Callable

_KEPT = 0x2100
"""Below are the letters of our alphabets, with all their accents. Whoever sends all others makes us remember none."""


class ByLetter(dict[int, str]):
    """A table for `str.translate`: what `of` makes of each letter, which may be nothing."""

    def __init__(self, of: Callable[[str], str]) -> None:
        super().__init__()
        self._of = of

    def __missing__(self, number: int) -> str:
        """Work out a letter that was not asked for before."""
        made = self._of(chr(number))
        if number < _KEPT:
            self[number] = made
        return made

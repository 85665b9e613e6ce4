"""Rights that nobody was given: made up, changed by a bit, of a key that is gone, of another purpose."""

import hmac
import itertools
import random
from collections.abc import Callable, Iterator, Sequence

from procedures.secrecy import SECRET_LENGTH, SECRET_LETTERS

Guess = Callable[[random.Random, Sequence[str]], str]


def at_random(dice: random.Random, _real: Sequence[str]) -> str:
    """Return 26 letters."""
    return "".join(dice.choices(SECRET_LETTERS, k=SECRET_LENGTH))


def a_bit_flipped(dice: random.Random, real: Sequence[str]) -> str:
    """Return a secret that was issued, one of its 130 bits turned."""
    secret, place = dice.choice(real), dice.randrange(SECRET_LENGTH)
    value = SECRET_LETTERS.index(secret[place]) ^ (1 << dice.randrange(5))
    return secret[:place] + SECRET_LETTERS[value] + secret[place + 1 :]


def of_another_key(dice: random.Random, _real: Sequence[str]) -> str:
    """Return a secret made as ours are, with a key that is not ours."""
    digest = hmac.digest(dice.randbytes(32), dice.randbytes(16), "sha256")
    return "".join(SECRET_LETTERS[byte & 31] for byte in digest[:SECRET_LENGTH])


def spliced(dice: random.Random, real: Sequence[str]) -> str:
    """Return the beginning of one secret and the end of another."""
    one, other = dice.sample(real, 2)
    cut = dice.randrange(1, SECRET_LENGTH)
    return one[:cut] + other[cut:]


GUESSES: tuple[Guess, ...] = (at_random, a_bit_flipped, of_another_key, spliced)


def guesses(*, real: Sequence[str], seed: int = 1) -> Iterator[str]:
    """Yield guesses of each kind in turn, without end; none is a secret that was issued."""
    dice, issued = random.Random(seed), set(real)
    for kind in itertools.cycle(GUESSES):
        guess = kind(dice, real)
        if guess not in issued:
            yield guess

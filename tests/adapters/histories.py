"""Sending the histories of config/data/dvcqg in any order."""

import random
from collections.abc import Iterable
from typing import Any

from config.demo.histories import DOSSIERS, PROGRESS, History, Letter, histories

__all__ = ["DOSSIERS", "PROGRESS", "History", "Letter", "histories", "in_order", "sent_with"]


def in_order(history: History, order: str) -> list[Letter]:
    """Return the letters as they arrived, `reversed`, or shuffled with repeats by a seed (`seed 7`)."""
    if order == "as they arrived":
        return list(history.letters)
    if order == "reversed":
        return list(reversed(history.letters))
    dice = random.Random(f"{history.id} {order}")
    letters = [*history.letters, *dice.choices(history.letters, k=len(history.letters))]
    dice.shuffle(letters)
    return letters


def sent_with(letters: Iterable[Letter], client: Any) -> list[Any]:
    """Send letters with an API client and return the answers."""
    return [client.post(one.path, one.body, content_type="application/json") for one in letters]

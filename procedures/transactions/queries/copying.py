"""What COPY writes, passed on while it is written: PostgreSQL may put all its processes to it, as no cursor may."""

import os
import re
from collections.abc import Generator, Iterator
from threading import Thread

from django.db import connection

PIECE = 256 * 1024
_ESCAPED = re.compile(r"\\(.)")
_MEANT = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}


def copied(statement: str) -> Generator[list[str]]:
    """Yield the texts of the one column that a statement selects, some at a time; raises what the database raises.

    It is run in the caller's database transaction, which nobody else uses meanwhile. Who stops reading stops it.
    """
    reading, writing = os.pipe()
    failures: list[BaseException] = []
    cursor = connection.connection.cursor()

    def copy() -> None:
        try:
            with open(writing, "wb", buffering=PIECE) as pipe:  # noqa: PTH123 - a pipe has no path
                cursor.copy_expert(f"COPY ({statement}) TO STDOUT", pipe)
        except Exception as error:  # noqa: BLE001 - raised again by who reads
            failures.append(error)

    writer = Thread(target=copy, daemon=True)
    writer.start()
    is_whole = False
    try:
        with open(reading, "rb", buffering=0) as pipe:  # noqa: PTH123 - as above
            yield from _lines_of(iter(lambda: pipe.read(PIECE), b""))
            is_whole = True
    finally:
        if not is_whole:
            connection.connection.cancel()
        writer.join()
        cursor.close()
    if failures:
        raise failures[0]


def _lines_of(pieces: Iterator[bytes]) -> Iterator[list[str]]:
    left = b""
    for piece in pieces:
        whole, end, left = (left + piece).rpartition(b"\n")
        if end:
            text = whole.decode()
            lines = text.split("\n")
            yield [_ESCAPED.sub(_meant, line) for line in lines] if "\\" in text else lines


def _meant(escape: re.Match[str]) -> str:
    return _MEANT.get(escape[1], escape[1])

"""gzip as it comes in, piece by piece, bounded: a small file that unpacks into a mountain is refused on the way."""

import zlib
from collections.abc import Iterator

from procedures.errors import FileUnpacksTooFar, FileUnreadable

PIECE = 1024 * 1024
MOST_TIMES = 200
"""Nightly files of dossiers pack 10 to 40 times; deflate's own limit is 1,032 times."""
HARMLESS = 16 * PIECE
"""So much may come of anything: short files of few different rows pack better than any real one."""
_MAGIC = b"\x1f\x8b"
_GZIP = 16 + zlib.MAX_WBITS


def is_gzip(head: bytes) -> bool:
    """Tell whether a file is packed, by its first bytes, which no text begins with.

    Source: our choice, after RFC 1952, 2.3.1: what a file is, its first bytes tell, whatever its sender calls it.
    """
    return head.startswith(_MAGIC)


class Unpacking:
    """A gzip file, of one member or several (as parallel packers write it)."""

    def __init__(self) -> None:
        self._member = zlib.decompressobj(_GZIP)
        self._came = 0
        self._made = 0

    def feed(self, block: bytes) -> Iterator[bytes]:
        """Yield what a block of the file unpacks to, at most PIECE bytes at a time.

        Raises FileUnreadable, or FileUnpacksTooFar as soon as more than MOST_TIMES came of what was sent.

        Source: RFC 1952; how far a file may unpack is our choice, see MOST_TIMES.
        """
        self._came += len(block)
        while block:
            if self._member.eof:
                block = block.lstrip(b"\x00")  # padding of tapes and block devices
                if not block:
                    return
                self._member = zlib.decompressobj(_GZIP)
            try:
                made = self._member.decompress(block, PIECE)
            except zlib.error as error:
                raise FileUnreadable from error
            self._made += len(made)
            if self._made > max(HARMLESS, MOST_TIMES * self._came):
                raise FileUnpacksTooFar(MOST_TIMES)
            if made:
                yield made
            block = self._member.unused_data if self._member.eof else self._member.unconsumed_tail
            if not made and not self._member.eof and not self._member.unconsumed_tail:
                return

    def finish(self) -> None:
        """Raise FileUnreadable when the file ends in the middle of a member.

        Source: RFC 1952, 2.3.1 (the trailer of a member).
        """
        if not self._member.eof:
            raise FileUnreadable

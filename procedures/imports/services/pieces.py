"""The file in its pieces: written once from the front, read from any byte on."""

import uuid
import zlib
from collections.abc import Iterator

from procedures.imports.models import ImportPiece
from procedures.imports.rules import PIECE
from procedures.secrecy import Unreadable, seal, unseal

_QUICK = 1


class PieceMissing(Exception):
    """A piece is gone, or is not the one that was written."""


def keep(job_id: uuid.UUID, number: int, plain: bytes) -> None:
    """Store a piece of PIECE bytes, or the last one."""
    sealed = seal(zlib.compress(plain, _QUICK), bound_to=_place(job_id, number))
    ImportPiece.objects.create(job_id=job_id, number=number, sealed=sealed)


def read(job_id: uuid.UUID, *, at: int, total: int) -> Iterator[bytes]:
    """Yield the file from a byte on, piece by piece; raises PieceMissing."""
    while at < total:
        number, within = divmod(at, PIECE)
        plain = _opened(job_id, number)
        if len(plain) != min(PIECE, total - number * PIECE):
            raise PieceMissing
        yield plain[within:]
        at = (number + 1) * PIECE


def drop(job_id: uuid.UUID) -> None:
    """Delete the file; what is left of the import are its figures and its report."""
    ImportPiece.objects.filter(job_id=job_id).delete()


def _opened(job_id: uuid.UUID, number: int) -> bytes:
    sealed = ImportPiece.objects.filter(job_id=job_id, number=number).values_list("sealed", flat=True).first()
    try:
        return zlib.decompress(unseal(bytes(sealed or b""), bound_to=_place(job_id, number)))
    except (Unreadable, zlib.error) as error:
        raise PieceMissing from error


def _place(job_id: uuid.UUID, number: int) -> str:
    return f"procedures_importpiece.sealed:{job_id}:{number}"

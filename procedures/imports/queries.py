"""Which imports, and what became of their rows."""

import json
import uuid
import zlib
from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet

from procedures.errors import ImportUnknown
from procedures.imports.models import Import, ImportReportPart
from procedures.vocabulary import ImportState


def imports_of(*, client_id: str) -> QuerySet[Import]:
    """Return a caller's own imports, from the moment that the file was there as a whole."""
    return Import.objects.filter(client_id=client_id).exclude(state=ImportState.UPLOADING)


def import_of(*, client_id: str, import_id: uuid.UUID) -> Import:
    """Return one of a caller's own imports; raises ImportUnknown."""
    try:
        return imports_of(client_id=client_id).get(pk=import_id)
    except Import.DoesNotExist as error:
        raise ImportUnknown from error


def report_of(*, import_id: uuid.UUID) -> Iterator[dict[str, Any]]:
    """Yield what became of each row so far, in their order: `row`, `line`, `key`, `outcome`, `faults`, `warnings`.

    One part (a chunk of rows) is in memory at a time, and no cursor stays open between them.
    """
    parts, last = ImportReportPart.objects.filter(job_id=import_id).order_by("first_row"), 0
    while part := parts.filter(first_row__gt=last).first():
        for line in zlib.decompress(bytes(part.packed)).splitlines():
            yield json.loads(line)
        last = part.first_row

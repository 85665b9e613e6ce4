"""Many transactions in one request: each row by itself, its outcome beside it."""

import codecs
import datetime as dt
import json
import re
import unicodedata
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import IO, Any, ClassVar, cast

from django.utils.timezone import now
from drf_spectacular.utils import extend_schema
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response

from api.endpoint import Endpoint
from api.errors import Invalid, TooLarge
from api.filtering import asked
from api.parsing import json_of, read_bounded
from api.schema import problems
from api.sending import as_sender
from api.shapes import fault
from api.transactions.faults import printed, told
from api.transactions.reading import VIA, read_row, unreadable
from api.transactions.refused import keep_refused
from api.transactions.serializers import BatchAsked, BatchReceipt, TransactionRow
from procedures.errors import BatchRefused
from procedures.transactions.services import IncomingMessage, RowResult, receive, receive_together, rehearse
from procedures.vocabulary import MessageKind, MessageOutcome

MOST_ROWS = 1000
LARGEST_BATCH = 8 * 1024 * 1024
MOST_FAULTS_TOLD = 100
ROWS = {
    "type": "array",
    "minItems": 1,
    "maxItems": MOST_ROWS,
    "items": {"anyOf": [{"$ref": "#/components/schemas/TransactionRowRequest"}, {}]},
    "description": "Mỗi dòng là một TransactionRowRequest; dòng khác bị từ chối riêng, không ảnh hưởng dòng còn lại.",
}
"""What the body is: each row is judged by itself, so a row of another shape makes no bad request."""
_BLANK = " \t\r\n"
_MARKS = re.compile(r'"(?:[^"\\]++|\\.)*+"?|[\[\]{},]', re.DOTALL)
"""A whole text, be it closed or not, or a bracket or comma: no letter is looked at twice."""


@dataclass(frozen=True)
class RawRow:
    """A row as received, and what it is in JSON, or why it is none."""

    raw: bytes
    document: Any = None
    error: Invalid | None = None


class _BatchParser(BaseParser, ABC):
    """Rows that stand by themselves: one that cannot be stored does not spoil the others.

    The bytes of what is no batch stay on the request as `raw_body`, for the journal.
    """

    def parse(  # type: ignore[override]  # a body is not always an object
        self, stream: IO[bytes], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> list[RawRow]:
        """Return the rows; raises TooLarge, or Invalid for what is refused as a whole."""
        raw = read_bounded(stream, limit=LARGEST_BATCH)
        try:
            return _bounded(self.rows_in(raw.removeprefix(codecs.BOM_UTF8)))
        except Invalid:
            if parser_context and "request" in parser_context:
                parser_context["request"].raw_body = raw
            raise

    @abstractmethod
    def rows_in(self, raw: bytes) -> Iterator[RawRow]:
        """Yield the rows of a body; raises Invalid."""


class RowsParser(_BatchParser):
    """A JSON array."""

    media_type = "application/json"

    def rows_in(self, raw: bytes) -> Iterator[RawRow]:
        """Yield the elements; raises Invalid for what is no array of JSON values."""
        try:
            yield from _elements(raw.decode("utf-8"))
        except (ValueError, RecursionError, IndexError) as error:
            raise _no_array() from error


class LinesParser(_BatchParser):
    """JSON Lines: one row a line, blank lines are none."""

    media_type = "application/x-ndjson"

    def rows_in(self, raw: bytes) -> Iterator[RawRow]:
        """Yield the lines."""
        return (_checked(line) for line in raw.split(b"\n") if line.strip())


class Batches(Endpoint):
    """A batch of transactions."""

    scopes = {"POST": "transactions:write"}
    query = frozenset({"atomic", "dry_run"})
    parser_classes = (RowsParser, LinesParser)
    max_body: ClassVar[int] = LARGEST_BATCH

    @extend_schema(
        operation_id="putTransactionBatch",
        tags=["transactions"],
        summary="Báo trạng thái nhiều giao dịch (tối đa 1.000 dòng, 8 MiB; mảng JSON hoặc JSON Lines)",
        parameters=[BatchAsked],
        request={"application/json": ROWS, "application/x-ndjson": TransactionRow},
        responses={200: BatchReceipt, **problems(TooLarge)},
    )
    def post(self, request: Request) -> Response:
        """Take each row in by itself, or with `atomic=true` all of them or none."""
        how, at = asked(request, BatchAsked), now()
        messages = [_message(row, at) for row in self._rows(request, how, at)]
        results = self._results(messages, how, at)
        counts = Counter(str(result.outcome) for result in results)
        body = {
            "counts": {outcome: counts[outcome] for outcome in MessageOutcome.values},
            "results": [_printed(index, result) for index, result in enumerate(results)],
        }
        return Response(body)

    def _rows(self, request: Request, how: Mapping[str, bool], at: dt.datetime) -> list[RawRow]:
        """Return what was sent; raises Invalid or TooLarge for no batch, and the journal tells of it in earnest."""
        try:
            return cast("list[RawRow]", request.data or _bounded(iter(())))  # an empty body is not parsed
        except (Invalid, TooLarge) as error:
            if not how["dry_run"]:
                keep_refused(request, error, kind=MessageKind.BATCH, by=self.principal, now=at)
            raise

    def _results(
        self, messages: Sequence[IncomingMessage], how: Mapping[str, bool], at: dt.datetime
    ) -> list[RowResult]:
        take = rehearse if how["dry_run"] else receive_together if how["atomic"] else receive
        try:
            results = take(messages, via=VIA, now=at, **as_sender(self.principal))
            if how["atomic"]:
                _require_all(results)  # a rehearsal answers as the real thing would
        except BatchRefused as refused:
            faults = [told(one, under=f"/{index}") for index, one in refused.faults[:MOST_FAULTS_TOLD]]
            raise Invalid(faults) from refused
        return results


def _require_all(results: Sequence[RowResult]) -> None:
    if faults := [(index, fault) for index, result in enumerate(results) for fault in result.faults]:
        raise BatchRefused(faults)


def _message(row: RawRow, at: dt.datetime) -> IncomingMessage:
    return unreadable(row.raw, row.error) if row.error else read_row(row.document, row.raw, now=at)


def _printed(index: int, result: RowResult) -> dict[str, Any]:
    return {
        "index": index,
        "key": result.dossier_code,
        "outcome": str(result.outcome),
        "errors": printed(result.faults),
        "warnings": list(result.warnings),
    }


def _elements(text: str) -> Iterator[RawRow]:
    """Cut an array into its rows, each as it was written; raises ValueError."""
    decoder = json.JSONDecoder()
    place = _skip(text, 0)
    if text[place] != "[":
        raise ValueError("not an array")
    place = _skip(text, place + 1)
    is_done = text[place] == "]"
    while not is_done:
        document, end = _decoded(decoder, text, place)
        yield _checked(text[place:end].encode(), document)
        place = _skip(text, end)
        is_done = text[place] == "]"
        if not is_done:
            if text[place] != ",":
                raise ValueError("a comma is missing")
            place = _skip(text, place + 1)
    if _skip(text, place + 1) != len(text):
        raise ValueError("something follows the array")


def _decoded(decoder: json.JSONDecoder, text: str, place: int) -> tuple[Any, int]:
    """Return a row and where it ends; None for one that is JSON, but goes too deep or holds too large a number."""
    try:
        return decoder.raw_decode(text, place)
    except json.JSONDecodeError:
        raise
    except (ValueError, RecursionError):
        return None, _end_of(text, place)


def _end_of(text: str, place: int) -> int:
    """Return where the value ends that begins here, by its brackets alone; raises ValueError."""
    depth = 0
    for mark in _MARKS.finditer(text, place):
        depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(mark[0], 0)
        if depth < 0 or (depth == 0 and mark[0] == ","):
            return mark.start()
        if depth == 0 and mark[0] in "]}":
            return mark.end()
    raise ValueError("the row has no end")


def _skip(text: str, place: int) -> int:
    while place < len(text) and text[place] in _BLANK:
        place += 1
    return place


def _checked(raw: bytes, document: Any = None) -> RawRow:
    """Read a row strictly, unless it was read already and nothing in it is odd."""
    if document is not None and _is_plain(raw):
        return RawRow(raw, document)
    try:
        return RawRow(raw, json_of(raw))
    except Invalid as error:
        return RawRow(raw, error=error)


def _is_plain(raw: bytes) -> bool:
    if b"\\u" in raw or b"NaN" in raw or b"Infinity" in raw:
        return False
    return raw.isascii() or unicodedata.is_normalized("NFC", raw.decode())


def _bounded(rows: Iterator[RawRow]) -> list[RawRow]:
    taken: list[RawRow] = []
    for row in rows:
        if len(taken) == MOST_ROWS:
            text = "Tối đa 1.000 dòng mỗi lần gửi.", "At most 1,000 rows a request."
            raise Invalid([fault("", "too_many_rows", *text)])
        taken.append(row)
    if not taken:
        raise Invalid([fault("", "empty", "Không có dòng nào.", "There is no row.")])
    return taken


def _no_array() -> Invalid:
    return Invalid([
        fault("", "malformed_json", "Nội dung gửi lên không phải là mảng JSON.", "The body is not a JSON array.")
    ])  # fmt: skip

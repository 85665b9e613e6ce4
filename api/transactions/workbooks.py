"""A workbook that is sent while it is written: XlsxWriter makes everything but the rows, which come from the database.

XlsxWriter by itself would write the whole file before its first byte could be sent.
"""

import io
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence

from xlsxwriter import Workbook

from procedures.transactions.queries.exporting import SHEET_ROWS, Column, Kind

WIDTHS = {Kind.OURS: 18, Kind.TEXT: 26, Kind.NUMBER: 12, Kind.INSTANT: 17}
LEVEL = 3
"""Of compression: rows are alike, and a higher one costs more time than it saves on the way."""
_SAMPLE = re.compile(r'<row r="2".*?</row>', re.DOTALL)
_STYLE = re.compile(r'<c r="[A-Z]+2" s="(\d+)">')
_DIMENSION = re.compile(r"<dimension [^>]*/>")
_SHEET = re.compile(r"xl/worksheets/sheet(\d+)\.xml")


class _Sink:
    """Where the archive is written to, until it is taken away."""

    def __init__(self) -> None:
        self.held = bytearray()

    def write(self, data: bytes) -> int:
        self.held += data
        return len(data)

    def flush(self) -> None:
        pass

    def taken(self) -> bytes:
        data, self.held = bytes(self.held), bytearray()
        return data


def workbook(
    *,
    about: Sequence[tuple[str, str]],
    titles: tuple[str, str],
    headings: Sequence[str],
    told: Sequence[Column],
    count: int,
    rows: Callable[[str], Iterable[list[str]]],
) -> Iterator[bytes]:
    """Yield a workbook: a first sheet that tells what it is, then the rows on as many sheets as `count` needs.

    `rows` is given the number of the style of instants and yields rows as XML, many at a time.
    """
    sheets = max(1, -(-count // SHEET_ROWS))
    parts = _skeleton(about=about, titles=titles, headings=headings, told=told, sheets=sheets)
    data = [name for name in parts if (found := _SHEET.fullmatch(name)) and int(found[1]) > 1]
    sink = _Sink()
    archive = zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED, compresslevel=LEVEL)  # type: ignore[call-overload]
    for name, content in parts.items():
        if name not in data:
            archive.writestr(name, content)
    yield sink.taken()
    style = next(iter(_STYLE.findall(parts[data[0]].decode())), "0")
    pieces = iter(_cut(rows(style), last=sheets))
    for number, name in enumerate(data, start=1):
        before, _sample, after = _SAMPLE.sub("\0", _DIMENSION.sub("", parts[name].decode())).partition("\0")
        with archive.open(name, "w") as part:
            part.write(before.encode())
            for of_sheet, piece in pieces:
                if of_sheet > number:
                    break
                part.write(piece)
                if sent := sink.taken():
                    yield sent
            part.write(after.encode())
    archive.close()
    yield sink.taken()


def _cut(parts: Iterable[list[str]], *, last: int) -> Iterator[tuple[int, bytes]]:
    """Tell of which sheet each piece is, with a mark where a sheet ends; what came meanwhile stays on the last."""
    sheet, room = 1, SHEET_ROWS
    for part in parts:
        rest = part
        while sheet < last and len(rest) >= room:
            yield sheet, "".join(rest[:room]).encode()
            rest, sheet, room = rest[room:], sheet + 1, SHEET_ROWS
            yield sheet, b""
        yield sheet, "".join(rest).encode()
        room -= len(rest)


def _skeleton(
    *,
    about: Sequence[tuple[str, str]],
    titles: tuple[str, str],
    headings: Sequence[str],
    told: Sequence[Column],
    sheets: int,
) -> dict[str, bytes]:
    """Return the parts of a workbook whose data sheets hold their headings and one row to learn the styles from."""
    file = io.BytesIO()
    book = Workbook(file, {"in_memory": True})
    bold, instant = book.add_format({"bold": True}), book.add_format({"num_format": "dd/mm/yyyy hh:mm"})
    first = book.add_worksheet(titles[0])
    first.set_column(0, 0, 24)
    first.set_column(1, 1, 100)
    for number, (name, value) in enumerate(about):
        first.write_string(number, 0, name, bold)
        first.write_string(number, 1, value)
    for number in range(sheets):
        sheet = book.add_worksheet(titles[1] if number == 0 else f"{titles[1]} {number + 1}")
        sheet.freeze_panes(1, 1)
        for place, (heading, column) in enumerate(zip(headings, told, strict=True)):
            sheet.set_column(place, place, WIDTHS[column.kind])
            sheet.write_string(0, place, heading, bold)
        sheet.write_number(1, 0, 0, instant)
    book.close()
    with zipfile.ZipFile(file) as made:
        return {name: made.read(name) for name in made.namelist()}

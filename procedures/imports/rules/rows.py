"""From bytes to rows, each with its line: CSV and JSON Lines, never more than one row in memory.

A row that is too long, or a quotation mark that is never closed, spoils itself and nothing after it.
"""

import codecs
import csv
import io
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

LONGEST_LINE = 1024 * 1024
LONGEST_QUOTED = 64 * 1024
"""A quoted cell may hold line ends; a row of more bytes than this has a mark that was never closed."""
KEPT_OF_TOO_LONG = 1024
DELIMITERS = (",", ";", "\t")


@dataclass(frozen=True)
class Layout:
    """What the head of a CSV file tells; `columns` are the file's own names, in its order."""

    delimiter: str
    columns: tuple[str, ...]


@dataclass(frozen=True)
class Row:
    """A row: its first line (from 1), its bytes, where the file goes on behind it, and after how many lines.

    `cells` are those of a CSV row, a text for each column; `fault` is the code of what makes it no row.
    """

    line: int
    raw: bytes
    end: int
    next_line: int
    cells: tuple[str, ...] = ()
    fault: str = ""


@dataclass(frozen=True)
class _Line:
    number: int
    raw: bytes
    end: int
    is_too_long: bool = False


def head_of(first: bytes) -> tuple[Layout, int]:
    """Return the layout that the first line of a CSV file tells, and how many bytes it takes, byte order mark included.

    The delimiter is the one that parts it most often. Raises ValueError when it is no UTF-8, has no end, or its lines
    end with CR alone, as an old Macintosh's did.
    Source: our choice, because Excel writes `;` where the comma is the decimal sign, as in Viet Nam, and RFC 4180 `,`.
    """
    end = first.find(b"\n")
    raw = first if end < 0 else first[:end]
    if len(raw) > LONGEST_QUOTED:
        raise ValueError("the first line has no end")
    text = raw.removeprefix(codecs.BOM_UTF8).decode("utf-8").rstrip("\r")
    delimiter = max(DELIMITERS, key=text.count)
    try:
        cells = next(csv.reader([text], delimiter=delimiter), [])
    except csv.Error as error:
        raise ValueError("the first line is no CSV") from error
    names = [cell.strip() for cell in cells]
    while names and not names[-1]:
        names.pop()
    return Layout(delimiter, tuple(names)), len(raw) + (end >= 0)


def rows_of(blocks: Iterable[bytes], *, at: int, line: int, layout: Layout | None) -> Iterator[Row]:
    """Cut the file into rows from byte `at` on, which is where line number `line` begins; blank lines are no rows.

    Without a layout it is JSON Lines.
    Source: our choice, after RFC 4180 (a quoted cell may hold line ends) and what Excel writes.
    """
    lines = _lines(blocks, at, line)
    if layout is None:
        return (
            Row(one.number, one.raw, one.end, one.number + 1, fault="line_too_long" if one.is_too_long else "")
            for one in lines
            if one.raw.strip()
        )
    return _csv_rows(lines, layout)


def _lines(blocks: Iterable[bytes], at: int, number: int) -> Iterator[_Line]:
    rest, lost = b"", 0
    for block in blocks:
        *whole, tail = block.split(b"\n")
        if whole:
            whole[0] = rest + whole[0]
            rest = tail
        else:
            rest += tail
        for raw in whole:
            at += len(raw) + lost + 1
            yield _line(number, raw, at, is_too_long=bool(lost))
            number, lost = number + 1, 0
        if len(rest) > LONGEST_LINE:
            lost += len(rest) - KEPT_OF_TOO_LONG
            rest = rest[:KEPT_OF_TOO_LONG]
    if rest:
        yield _line(number, rest, at + len(rest) + lost, is_too_long=bool(lost))


def _line(number: int, raw: bytes, end: int, *, is_too_long: bool) -> _Line:
    is_too_long = is_too_long or len(raw) > LONGEST_LINE
    return _Line(number, raw[:KEPT_OF_TOO_LONG] if is_too_long else raw.removesuffix(b"\r"), end, is_too_long)


def _csv_rows(lines: Iterator[_Line], layout: Layout) -> Iterator[Row]:
    waiting: deque[_Line] = deque()
    while waiting or (found := next(lines, None)):
        first = waiting.popleft() if waiting else found
        assert first is not None  # noqa: S101 - for the type checker: one of both is there
        taken = [first]
        if not first.is_too_long:
            _complete(taken, waiting, lines)
        row = _csv_row(taken, layout)
        if row.fault and len(taken) > 1:  # a stray mark: its line stands alone, and at worst only that one is spoilt
            waiting.extendleft(reversed(taken[1:]))
            row = _csv_row([first], layout)
        if row.fault or any(cell.strip() for cell in row.cells):
            yield row


def _complete(taken: list[_Line], waiting: deque[_Line], lines: Iterator[_Line]) -> None:
    """Take more lines until every quotation mark has its other one, as far as a row may go."""
    is_open, size = _is_odd(taken[0]), len(taken[0].raw)
    while is_open and size <= LONGEST_QUOTED:
        more = waiting.popleft() if waiting else next(lines, None)
        if more is None:
            return
        taken.append(more)
        is_open, size = is_open ^ _is_odd(more), size + len(more.raw) + 1


def _is_odd(line: _Line) -> bool:
    return line.raw.count(b'"') % 2 == 1


def _csv_row(taken: Sequence[_Line], layout: Layout) -> Row:
    first, last = taken[0], taken[-1]
    raw = b"\n".join(one.raw for one in taken)
    cells, fault = ((), "line_too_long") if first.is_too_long else _cells(raw, layout)
    return Row(first.number, raw, last.end, last.number + 1, cells, fault)


def _cells(raw: bytes, layout: Layout) -> tuple[tuple[str, ...], str]:
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        return (), "not_utf8"
    try:
        cells, *more = list(csv.reader(io.StringIO(text, newline=""), delimiter=layout.delimiter, strict=True)) or [[]]
    except csv.Error as error:
        return (), _meant(error)
    if more:
        return (), "stray_line_end" if "\r" in text else "open_quote"
    while len(cells) > len(layout.columns) and not cells[-1].strip():
        cells.pop()
    if cells and len(cells) != len(layout.columns):
        return (), "wrong_columns"
    return tuple(cells), ""


def _meant(error: csv.Error) -> str:
    """Return the code of what makes a row no CSV; the module tells it in words alone."""
    told = {"field larger than": "cell_too_long", "new-line character": "stray_line_end"}
    return next((code for words, code in told.items() if words in str(error)), "open_quote")

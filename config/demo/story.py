"""Telling: headings, aligned tables, and a count of every comparison made."""

import sys
import time
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TextIO

YES, NO = "✓", "✗"
MARGIN = "   "


@dataclass
class Story:
    """What is told, and which comparisons failed."""

    out: TextIO = sys.stdout
    compared: int = 0
    failures: list[str] = field(default_factory=list)
    chapter: int = 0

    def title(self, vi: str, en: str) -> None:
        """Begin the story."""
        self.line(f"\n{vi}\n{en}\n{'═' * len(vi)}", margin="")

    def heading(self, vi: str, en: str) -> None:
        """Begin a chapter."""
        self.chapter += 1
        self.line(f"\n{self.chapter}. {vi.upper()}\n   {en}\n", margin="")

    def line(self, text: str = "", *, margin: str = MARGIN) -> None:
        """Tell a line; line ends before the text come before the margin."""
        bare = text.lstrip("\n")
        ahead = text[: len(text) - len(bare)]
        print(ahead + (f"{margin}{bare}" if bare else ""), file=self.out, flush=True)

    def facts(self, rows: Iterable[tuple[str, object]]) -> None:
        """Tell a column of names and values."""
        told = [(name, str(value)) for name, value in rows]
        width = max(len(name) for name, _ in told)
        for name, value in told:
            self.line(f"{name.ljust(width)}   {value}")

    def table(
        self, head: Sequence[str], rows: Iterable[Sequence[object]], *, right: frozenset[int] = frozenset()
    ) -> None:
        """Tell a table; columns in `right` end at the same place."""
        cells = [[_composed(cell) for cell in row] for row in (head, *rows)]
        widths = [max(len(row[column]) for row in cells) for column in range(len(head))]
        for number, row in enumerate(cells):
            told = (
                cell.rjust(width) if column in right else cell.ljust(width)
                for column, (cell, width) in enumerate(zip(row, widths, strict=True))
            )
            self.line("   ".join(told).rstrip())
            if number == 0:
                self.line("   ".join("─" * width for width in widths))

    def compare(self, claim: str, *, holds: bool, seen: object = "") -> str:
        """Count a comparison and return its sign; one that does not hold fails the whole demo."""
        self.compared += 1
        if not holds:
            self.failures.append(f"{self.chapter}. {claim}" + (f": {seen}" if seen != "" else ""))
        return YES if holds else NO

    def claim(self, claim: str, *, holds: bool, seen: object = "") -> None:
        """Tell a comparison on a line of its own."""
        sign = self.compare(claim, holds=holds, seen=seen)
        self.line(f"{sign} {claim}" + ("" if holds else f": {seen}"))

    def ended(self, *, seconds: float) -> int:
        """Tell how it all came out; return the exit status."""
        held = self.compared - len(self.failures)
        self.line(f"\n{'─' * 72}", margin="")
        self.line(f"{held} trên {self.compared} điều đã so khớp, trong {seconds:.1f} giây.", margin="")
        for failure in self.failures:
            self.line(f"{NO} {failure}")
        return 1 if self.failures else 0


class Progress:
    """A counter on one line while something takes long; only where somebody is looking at a terminal."""

    def __init__(self, out: TextIO, text: str, *, of: int) -> None:
        self.out, self.text, self.of, self.done = out, text, of, 0
        self.is_seen = out.isatty()

    def step(self) -> None:
        """Count one."""
        self.done += 1
        if self.is_seen:
            end = "\r" + " " * (len(self.text) + 20) + "\r" if self.done == self.of else ""
            print(f"\r{MARGIN}{self.text} {self.done}/{self.of}{end}", end="", file=self.out, flush=True)


def timed(work: Callable[[], None]) -> float:
    """Do something and return how many seconds it took."""
    began = time.monotonic()
    work()
    return time.monotonic() - began


def _composed(cell: object) -> str:
    return unicodedata.normalize("NFC", str(cell))

"""How a file is unpacked and cut into rows; true without a database."""

from procedures.imports.rules.rows import Layout, Row, head_of, rows_of
from procedures.imports.rules.unpacking import PIECE, Unpacking, is_gzip

__all__ = ["PIECE", "Layout", "Row", "Unpacking", "head_of", "is_gzip", "rows_of"]

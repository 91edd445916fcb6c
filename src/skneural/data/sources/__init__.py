"""Rows of X in any container, and how a plan gathers them."""

from .base import Source
from .columns import Columns
from .dense import ByteRows, DenseRows
from .far import FarRows, parts_of
from .line import LineOfRows
from .selection import source_of
from .sequences import Sequences
from .sparse import SparseRows

__all__ = [
    "ByteRows", "Columns", "DenseRows", "FarRows", "LineOfRows", "Sequences", "Source",
    "SparseRows", "parts_of", "source_of",
]

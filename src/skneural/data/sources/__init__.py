"""Rows of X, whatever holds them, and how a plan comes by them."""

from .base import Source
from .columns import Columns
from .dense import ByteRows, DenseRows
from .selection import source_of
from .sequences import Sequences
from .sparse import SparseRows

__all__ = ["ByteRows", "Columns", "DenseRows", "Sequences", "Source", "SparseRows", "source_of"]

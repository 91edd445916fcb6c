"""Data larger than memory: rows that estimators read in parts, ahead of training."""

from ._arrays import ArrayBlocks
from ._base import Blocks
from ._iterators import IteratorBlocks
from ._parquet import ParquetBlocks

__all__ = ["ArrayBlocks", "Blocks", "IteratorBlocks", "ParquetBlocks"]

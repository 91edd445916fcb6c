"""Gradients by variable: each use of a variable adds a part, and blocks are updated once.

A variable may be used at several places of a plan: by layers that share it, by a decoder tied to
its encoder, by the steps of a loop. One part of its gradient is written, the others are added in a
fixed order inside the same block of numbers, and one update follows while both are in the cache.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from .steps import Step

Blocks = Sequence[tuple[int, int]]
Follow = Callable[[int, int], Iterable[Step]]


@dataclass(frozen=True)
class Part:
    """The part of a variable's gradient that comes from one use of it.

    Parameters
    ----------
    blocks : sequence of (int, int)
        First number and number after the last of each block, in which the variable is cut.
    step : callable
        ``step(begin, end, adds)`` gives the step that finds the part for the numbers of a block,
        whole rows of the variable, and adds it to what is there or writes it.
    divisible : bool
        Whether its blocks may be those of another part.
    """

    blocks: Blocks
    step: Callable[[int, int, bool], Step]
    divisible: bool = True


@dataclass(frozen=True)
class Block:
    """Numbers of the flat vector that are updated together.

    Parameters
    ----------
    variable : int
        Offset of the variable that they belong to.
    begin, end : int
        The first of its numbers, and the one after the last.
    gradient : tuple of Step
        Find their gradient.
    """

    variable: int
    begin: int
    end: int
    gradient: tuple[Step, ...]

    @property
    def offset(self) -> int:
        """Place of the first number in the flat vector."""
        return self.variable + self.begin

    @property
    def size(self) -> int:
        return self.end - self.begin


def blocks_of(offset: int, parts: Sequence[Part]) -> list[Block]:
    """Return the blocks of a variable.

    The backward pass reaches the first layer last. Its part is written, those of later layers are
    added in the order in which they came. Blocks are those of the part that is written, cut where
    one that is not divisible has its own.

    Parameters
    ----------
    offset : int
        Of the variable in the flat vector.
    parts : sequence of Part
    """
    *others, first = parts
    cuts = {bound for block in first.blocks for bound in block}
    for part in others:
        cuts |= {bound for block in part.blocks for bound in block if not part.divisible}
    bounds = sorted(cuts)
    result = []
    for begin, end in zip(bounds[:-1], bounds[1:], strict=True):
        gradient = [first.step(begin, end, False)]
        gradient += [part.step(begin, end, True) for part in others]
        result.append(Block(offset, begin, end, tuple(gradient)))
    return result

"""Phases: the consecutive parts of a batch, each with steps of rows and blocks of parameters.

A phase begins when all threads have finished the one before. In most plans there is one. Where
gradients are clipped, a phase finds them, and another updates by them; where two networks are
trained in turn, each has a phase.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from .gradients import Block, Follow
from .steps import BARRIER, Step


@dataclass(frozen=True)
class Phase:
    """A part of a batch.

    Parameters
    ----------
    starts : list of Step
        Bring up to date what follows from the parameters.
    steps : list of Step
        Of the rows, forward and backward.
    before_blocks : list of Step
    blocks : list of (Block, tuple of Step)
        Blocks of parameters, each with the steps that one thread runs for it.
    updates : bool
        Whether these update the parameters: what follows from them is then brought up to date.
    within : list of Step
        Run beside the blocks.
    after : list of Step
        Run when all threads have finished the blocks.
    """

    starts: list[Step]
    steps: list[Step]
    before_blocks: list[Step]
    blocks: list[tuple[Block, tuple[Step, ...]]]
    updates: bool
    within: list[Step]
    after: list[Step]


def steps_of(
    phases: Sequence[Phase],
    chunked: Callable[[list[Step]], Iterable[Step]],
    followers: dict[int, list[Follow]],
    training: bool,
) -> list[Step]:
    """Return the steps of phases one after the other, with barriers where they are needed.

    Parameters
    ----------
    phases : sequence of Phase
    chunked : callable
        ``chunked(steps)`` gives steps of rows chunk by chunk.
    followers : dict of int to list
        What follows from each variable, by its offset.
    training : bool
        Whether there are blocks.
    """
    result: list[Step] = []
    for place, phase in enumerate(phases):
        result += [BARRIER] if place else []
        result += [*phase.starts, BARRIER] if phase.starts else []
        result += [*chunked(phase.steps), BARRIER]
        if training:
            result += [*phase.before_blocks, BARRIER]
            result += [*phase.within, *_by_number(phase, followers), BARRIER, *phase.after]
    return _without_double_barriers(result)


def _by_number(phase: Phase, followers: dict[int, list[Follow]]) -> Iterator[Step]:
    """Yield the steps of blocks, each block's to be run by one thread, round by number."""
    for number, (block, own) in enumerate(phase.blocks):
        follow = followers.get(block.variable, ()) if phase.updates else ()
        after = [step for steps in follow for step in steps(block.begin, block.end)]
        for step in (*own, *after):
            yield Step(step.kernel, step.fields, number)


def _without_double_barriers(steps):
    kept = []
    for step in steps:
        if step is not BARRIER or (kept and kept[-1] is not BARRIER):
            kept.append(step)
    return kept

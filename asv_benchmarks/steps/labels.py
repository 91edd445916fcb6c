"""Which layer and pass each step of a training plan belongs to."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from skneural.engine.plan import Plan
from skneural.engine.steps import Step
from skneural.layers import Layer

FORWARD, BACKWARD, GRADIENT = "forward", "backward", "weights"


class StepLabels:
    """Labels for steps, by their kernel and fields, which a plan keeps when it reorders them.

    Attributes
    ----------
    labels : dict
        (kernel, fields) to (layer, part, pass): the layer of the network, the kind of layer
        inside it that the step is of, and one of the three passes.
    """

    def __init__(self):
        self.labels: dict = {}
        self._within: list[str] = []

    @contextlib.contextmanager
    def recording(self) -> Iterator[None]:
        """Note what every layer built in this block adds to its plan."""
        kinds = {kind for kind in _subclasses(Layer) if "build" in vars(kind)}
        originals = {kind: kind.build for kind in kinds}
        for kind, build in originals.items():
            kind.build = self._recorded(build)
        try:
            yield
        finally:
            for kind, build in originals.items():
                kind.build = build

    def _recorded(self, build):
        def recorded(layer, plan, inputs, slots, number):
            name = type(layer).__name__
            path = [*self._within, name if self._within else f"{number} {name}"]

            def run(function, passed, *arguments):
                outside, self._within = self._within, path
                try:
                    return self._noted(plan, passed, function, *arguments)
                finally:
                    self._within = outside

            outputs, backward = run(build, FORWARD, layer, plan, inputs, slots, number)
            return outputs, lambda *arguments: run(backward, BACKWARD, *arguments)

        return recorded

    def _noted(self, plan: Plan, passed: str, function, *arguments):
        """Call a function and label what it adds, but for what a layer inside has labelled."""
        lists = (plan.prepare, plan.starts, plan.steps, plan.before_blocks)
        counts, known = [len(steps) for steps in lists], set(map(id, _parts(plan)))
        result = function(*arguments)
        layer, part = self._within[0], self._within[-1].rpartition(" ")[2]
        for steps, count in zip(lists, counts):
            for step in steps[count:]:
                self.labels.setdefault((step.kernel, step.fields), (layer, part, passed))
        for step in _block_steps(plan, known):
            self.labels.setdefault((step.kernel, step.fields), (layer, part, GRADIENT))
        return result


def _parts(plan: Plan) -> Iterator:
    """Yield the parts of gradients that a plan has."""
    for parts in plan.gradients.values():
        yield from parts


def _block_steps(plan: Plan, known: set[int]) -> Iterator[Step]:
    """Yield the steps of blocks whose part of a gradient is not among those known."""
    for offset, parts in plan.gradients.items():
        for part in parts:
            for begin, end in part.blocks if id(part) not in known else ():
                yield part.step(begin, end, False)
                for follow in plan.followers.get(offset, ()):
                    yield from follow(begin, end)


def _subclasses(kind: type) -> set[type]:
    return {kind}.union(*(_subclasses(child) for child in kind.__subclasses__()))

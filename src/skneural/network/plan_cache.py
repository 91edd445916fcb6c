"""Predictions by plans that are reused in later calls."""

from __future__ import annotations

import math
from collections import defaultdict, deque
from collections.abc import Hashable, Sequence

import numpy as np

from ..data.sources import source_of
from .layered import LayeredNetwork
from .prediction import PredictionPlan, shapes_of

LARGEST_BATCH = 256  # rows predicted at a time
_MOST_KINDS = 32  # of plans that are kept
_LARGEST = 1 << 24  # bytes of a plan kept for a shape that may not recur


class PlanCache:
    """Plans of a network that no thread is running, by all that they depend on except the rows."""

    def __init__(self):
        self._idle: defaultdict[Hashable, deque[PredictionPlan]] = defaultdict(deque)

    def idle(self) -> list[PredictionPlan]:
        """Return the plans that no thread is running."""
        return [plan for plans in self._idle.values() for plan in plans]

    def predict(
        self, network: LayeredNetwork, X, n_jobs: int | None, raw: bool, n_layers: int | None,
        first_layer: int,
    ) -> np.ndarray:  # fmt: skip
        """Return the network's outputs for each row of X; see `Network.predict`."""
        source = source_of(X)
        n_samples, shape, shapes = source.n_samples, source.shape, network.shapes
        if shape is not None:
            shapes = shapes_of(network, source, first_layer)
        n_outputs = network.n_outputs
        if n_layers is not None or network.of_steps:
            n_outputs = math.prod(shapes[-1 if n_layers is None else n_layers])
        result = np.empty((n_samples, n_outputs), network.dtype)
        if n_samples == 0:
            return result
        capacity = min(LARGEST_BATCH, 1 << (n_samples - 1).bit_length())
        needs = source.needs(capacity) if source.varies else type(source)
        idle = self._idle[capacity, raw, n_layers, first_layer, n_jobs, shape, needs]
        try:
            plan = idle.pop()
        except IndexError:
            plan = PredictionPlan(network, source, capacity, raw, n_layers, first_layer)
            self._forget_oldest()
        plan.run(source, result, n_jobs)
        if (shape is None and not source.varies) or plan.n_bytes <= _LARGEST:
            idle.append(plan)
        return result

    def step(
        self, network: LayeredNetwork, X: np.ndarray, states: Sequence[np.ndarray] | None,
        n_jobs: int | None,
    ) -> tuple[np.ndarray, list[np.ndarray]]:  # fmt: skip
        """Return outputs and states after one step; see `Network.step`."""
        source, n_samples = source_of(X), len(X)
        outputs = np.empty((n_samples, math.prod(shapes_of(network, source)[-1])), network.dtype)
        idle, plan = self._single_steps(network, X, n_jobs)
        after = _beginnings(plan, n_samples)
        states = after if states is None else states
        shapes = [np.shape(each) for each in states]
        if shapes != [each.shape for each in after]:
            wanted = [each.shape for each in after]
            raise ValueError(f"the state has arrays of shape {shapes}, where {wanted} are needed")
        for begin in range(0, n_samples, plan.batch_size):
            rows = slice(begin, begin + plan.batch_size)
            n_rows = len(X[rows])
            for held, each in zip(plan.states, states, strict=True):
                held[:n_rows] = each[rows]
            plan.run(source_of(X[rows]), outputs[rows], n_jobs)
            for held, each in zip(plan.states, after, strict=True):
                each[rows] = held[:n_rows]
        idle.append(plan)
        return outputs, after

    def beginnings(
        self, network: LayeredNetwork, X: np.ndarray, n_jobs: int | None
    ) -> list[np.ndarray]:
        """Return the states of series before their first steps; see `Network.beginnings`."""
        idle, plan = self._single_steps(network, X, n_jobs)
        idle.append(plan)
        return _beginnings(plan, len(X))

    def _single_steps(
        self, network: LayeredNetwork, X: np.ndarray, n_jobs: int | None
    ) -> tuple[deque[PredictionPlan], PredictionPlan]:
        """Return a plan of single steps that no thread is running, and where to put it back."""
        capacity = min(LARGEST_BATCH, 1 << max(len(X) - 1, 0).bit_length())
        idle = self._idle["step", capacity, n_jobs]
        try:
            return idle, idle.pop()
        except IndexError:
            plan = PredictionPlan(network, source_of(X), capacity, raw=False, carries=True)
            self._forget_oldest()
            return idle, plan

    def _forget_oldest(self) -> None:
        for key in list(self._idle)[:-_MOST_KINDS]:
            self._idle.pop(key, None)  # which another thread may have done


def _beginnings(plan: PredictionPlan, n_samples: int) -> list[np.ndarray]:
    return [np.zeros((n_samples, each.shape[1]), each.dtype) for each in plan.states]

"""Predictions by plans that are reused in later calls."""

from __future__ import annotations

import math
from collections import defaultdict, deque
from collections.abc import Hashable

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

    def _forget_oldest(self) -> None:
        for key in list(self._idle)[:-_MOST_KINDS]:
            self._idle.pop(key, None)  # which another thread may have done

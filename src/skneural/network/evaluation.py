"""The loss of a network on fixed data, without a change of its parameters."""

from __future__ import annotations

import numpy as np

from ..data.sources import source_of
from ..engine import batch
from ..engine.buffers import address_of
from ..engine.compile.cache_warning import warn_of_cache
from ..engine.plan import Plan
from ..engine.primitives import LOSS_SUM
from ..engine.steps import BARRIER, Step
from ..engine.workspace import build_within
from .layered import LayeredNetwork
from .objectives import weigh_rows
from .prediction import add_loss, add_outputs, add_penalties
from .runner import Runner


class EvaluationPlan:
    """Loss of a network on fixed data, optionally with the penalties of layers.

    With ``batch_statistics`` batch normalisation uses those of the batch, as in training; it then
    changes the network's running statistics. Batches then have as equal numbers of rows as may be.
    """

    def __init__(
        self,
        network: LayeredNetwork,
        X,
        y,
        sample_weight,
        batch_size: int,
        penalized: bool = False,
        n_jobs: int | None = None,
        batch_statistics: bool = False,
    ):
        source = source_of(X)
        self._network, self._n_samples = network, source.n_samples
        weights = None
        if sample_weight is not None:
            weights = np.ascontiguousarray(sample_weight, np.float64)
        self._total = self._n_samples if weights is None else weights.sum()
        scale = network.target_scale(X, y)

        def build(n_rows):
            plan = Plan(
                network.dtype, n_rows, penalized=penalized, batch_statistics=batch_statistics
            )
            if batch_statistics:
                weigh_rows(plan, weights)
            outputs = add_outputs(plan, network, source)
            return plan, add_loss(plan, network.loss, outputs, y, weights, scale)

        batch_size = min(batch_size, self._n_samples)
        plan, losses = build_within(build, batch_size, network.output_bytes)
        self._lasting = plan.lasting
        add_penalties(plan, losses, weights)
        self._losses = np.empty(self._n_samples)
        plan.by_rows(batch.keep_losses, address_of(losses), address_of(self._losses))
        plan.keep += [source, weights]
        add = Step(batch.add_losses, (address_of(losses),), 0)
        steps = [*plan.all_steps(), add, BARRIER]
        self._runner = Runner(plan, steps, n_jobs, even=batch_statistics)

    def loss(self) -> float:
        """Return the mean loss with the network's current parameters."""
        self._run()
        total = float(self._runner.team.shared[LOSS_SUM])
        return self._reported(total) / self._total

    def losses(self) -> np.ndarray:
        """Return each row's loss, times its weight, as it is reported: shape (n_samples,)."""
        self._run()
        return self._reported(self._losses)

    def _run(self):
        runner = self._runner
        runner.team.shared[LOSS_SUM] = 0.0
        for state in self._lasting.values():
            state[...] = 0  # no evaluation depends on the ones before
        try:
            runner.run(self._n_samples)
        finally:
            runner.team.close()
        warn_of_cache()

    def _reported(self, value):
        return self._network.loss.reported(value, self._network.n_outputs)

"""An objective with the optimizer that follows its gradient: a phase of training."""

from __future__ import annotations

import itertools
from collections.abc import Iterable

import numpy as np

from ..engine import batch
from ..engine.buffers import address_of
from ..engine.plan import Plan, aligned
from ..engine.steps import Step
from ..optimizers import Optimizer
from ..optimizers._base import N_SETTINGS, Memory, given_scale
from ..schedules import Progress, Scheduled
from .objectives import Objective
from .parameters import Pace, Parameters


class Update:
    """A phase of training.

    Parameters
    ----------
    objective : Objective
    store : Parameters
        The parameters that it changes.
    optimizer : Optimizer or None
        None if only the gradient is wanted.
    alpha : float, default=0.0
        L2 penalty on weights, in scikit-learn's meaning.
    weight_decay : float, Scheduled or None, default=None
        Share of a weight, times the rate, subtracted at an update; None for the optimizer's.
    max_grad_norm : float or None, default=None
        Limit of the gradient's norm over all parameters.
    layers : iterable of int or None, default=None
        Numbers of the layers that are trained; None for all.

    Attributes
    ----------
    state : ndarray of shape (n_slots * n_trained,)
        The optimizer's state.
    gradient : ndarray of shape (n_trained,) or None
        Where it is kept as a whole.
    """

    def __init__(
        self, objective: Objective, store: Parameters, optimizer: Optimizer | None,
        alpha: float = 0.0, weight_decay: float | Scheduled | None = None,
        max_grad_norm: float | None = None,
        layers: Iterable[int] | None = None,
    ):
        self.objective, self.store, self.optimizer = objective, store, optimizer
        decay = weight_decay
        if decay is None:
            decay = getattr(optimizer, "weight_decay", 0.0)
        self._decay = decay if isinstance(decay, Scheduled) else None
        self.alpha, self.clips = alpha, max_grad_norm is not None
        self._only = None if layers is None else store.offsets_of(layers)
        self._rates = sorted({pace.rate for pace in store.paces.values()} | {1.0})
        paces = dict.fromkeys((Pace(), *store.paces.values()))
        self._paces = {pace: number for number, pace in enumerate(paces)}
        # of each pace: of weights, and of what else is trained
        self._settings = np.zeros((len(self._paces), 2, N_SETTINGS))
        self._settings[:, 0, :3] = alpha, self._decay is not None or decay, max_grad_norm or 0.0
        for pace, n in self._paces.items():
            self._settings[n, :, 4] = pace.scale
        n_slots, dtype = optimizer.n_slots if optimizer else 0, store.vector.dtype
        self.state = aligned(max(1, n_slots) * store.n_trained, dtype)
        self.gradient = None
        if optimizer is None or self.clips:
            self.gradient = aligned(store.n_trained, dtype)

    @property
    def is_scheduled(self) -> bool:
        """Whether the weight decay follows a schedule."""
        return self._decay is not None

    def coefficients(
        self, rates: np.ndarray, first_update: int, place: int = 0,
        progress: Progress | None = None, first: int = 0,
    ) -> np.ndarray:
        """Return the optimizer's coefficients for each factor of the learning rate.

        Parameters
        ----------
        rates : ndarray of shape (n_batches,)
        first_update : int
            Updates made before.
        place : int, default=0
            Bytes before them in the tables of all phases.
        progress : Progress or None, default=None
            State of training, for a scheduled weight decay.
        first : int, default=0
            Batches of the epoch before these.

        Returns
        -------
        ndarray of shape (n_factors, n_batches, n_coefficients)
        """
        if self.optimizer is None:
            raise ValueError("a phase has no optimizer, and so no update to be made")
        tables = [
            self.optimizer.coefficients(rates * factor, first_update) for factor in self._rates
        ]
        for pace, n in self._paces.items():
            self._settings[n, :, 3] = place + self._rates.index(pace.rate) * tables[0].nbytes
        table = np.array(tables)
        if self._decay is not None and progress is not None:
            table[..., -1] *= self._decay.numbers(progress)[first : first + len(rates)]
        return table

    def add_to(self, plan: Plan, others_clip: bool = False) -> None:
        """Add the phase to a plan; the gradients of other phases may be clipped."""
        plan.only, plan.penalties = self._only, []
        within = self.objective.add_to(plan, self.gradient)
        # blocks of weights first: the penalty sums the first squares
        blocks = sorted(plan.blocks(), key=lambda block: block.offset >= self.store.n_weights)
        sums = plan.memory(3 * len(blocks), np.float64).reshape(3, -1)
        if self.optimizer is None:
            plan.end_phase(None, within)
            return
        after = []
        if self.alpha:
            n_blocks = sum(block.offset < self.store.n_weights for block in blocks)
            fields = (address_of(sums[0]), n_blocks, address_of(self._settings))
            after = [Step(batch.sum_penalties, fields, 0)]
        update = self._updates(sums)
        if self.clips:
            squares = [
                (block, (*block.gradient, self._square(block, sums[2, number:])))
                for number, block in enumerate(blocks)
            ]
            clip = Step(batch.clip_gradient, (
                address_of(sums[2]), len(blocks), address_of(self._settings[0, 0, 2:])), 0)
            plan.end_phase(squares, within, [clip], updates=False)
            plan.end_phase([(block, (update(block),)) for block in blocks], (), after)
            return
        if others_clip:
            plan.before_all_blocks([Step(batch.do_not_clip, ())])
        steps = [(block, (*block.gradient, update(block))) for block in blocks]
        plan.end_phase(steps, within, after)

    def _square(self, block, squares):
        weights, settings, _ = self._block(block)
        gradient = address_of(self.gradient[block.offset :])
        fields = (weights, gradient, block.size, settings, address_of(squares))
        return Step(batch.square_gradient, fields)

    def _block(self, block):
        """Return the addresses of a block's parameters and settings, and how it is updated."""
        pace, vector = self.store.paces[block.variable], self.store.vector
        place = 2 * self._paces[pace] + (block.offset >= self.store.n_weights)
        settings = address_of(self._settings) + place * N_SETTINGS * self._settings.itemsize
        return address_of(vector) + block.offset * vector.itemsize, settings, pace

    def _updates(self, sums):
        kernel, itemsize = self.optimizer.kernel, self.store.vector.itemsize
        scaled = kernel.using(scale_of=given_scale)
        n_slots, n_trained = self.optimizer.n_slots, self.store.n_trained
        slots = [address_of(self.state[n * n_trained :]) for n in range(n_slots)]
        gradient = 0 if self.gradient is None else address_of(self.gradient)
        squares = itertools.count(address_of(sums), sums.itemsize)

        def update(block):
            place, (weights, settings, pace) = block.offset * itemsize, self._block(block)
            return Step.of(
                kernel if pace.scale == 1 else scaled, parameters=weights,
                gradient=gradient and gradient + place,
                memory=Memory(*(address + place for address in slots)), size=block.size,
                settings=settings, squares=next(squares),
            )

        return update

"""The objectives of a discriminator and of a generator, on one vector of parameters."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from ...data.sources import LineOfRows
from ...engine.buffers import Buffer, address_of
from ...engine.plan import Plan
from ...engine.sampling import draw_normal
from ...engine.steps import Step
from ...layers._sequences import build_layer
from ...losses import SquaredError
from ...network.layered import LayeredNetwork
from ...network.objectives import Objective, go_back, weigh_rows
from ...network.parameters import Parameters
from ...network.updates import Update
from ...optimizers import Optimizer
from ...schedules import Progress
from .kernels import (
    HINGE,
    LEAST_SQUARES,
    NON_SATURATING,
    OF_DRAWN,
    OF_GENERATOR,
    OF_REAL,
    add_up_losses,
    follow_average,
    judge,
    mark_class,
)
from .layers import Adversaries

LOSSES = {"non_saturating": NON_SATURATING, "least_squares": LEAST_SQUARES, "hinge": HINGE}
_KEYS = 1 << 10  # of random numbers, between those of one pass through a network and of the next


class Game:
    """Two networks and the rows that one of them is to imitate.

    Parameters
    ----------
    adversaries : Adversaries
    rows : LineOfRows
    codes : ndarray of shape (n_samples,), int64
        The classes of the rows; empty where there are none.
    loss : str
    label_smoothing : float
    """

    def __init__(
        self, adversaries: Adversaries, rows: LineOfRows, codes: np.ndarray, loss: str,
        label_smoothing: float,
    ):
        self.rows, self.codes, dtype = rows, codes, rows.dtype
        self.sizes = adversaries
        self.loss, self.label_smoothing = LOSSES[loss], label_smoothing
        own = [layer for _, layer in adversaries.generator]
        judges = [layer for _, layer in adversaries.discriminator]
        shape, n_logits = adversaries.sample_shape, 1 + adversaries.n_classes
        self.store = Parameters.of([*own, *judges], (adversaries.n_inputs,), dtype)
        self.generator = LayeredNetwork(
            own, adversaries.n_inputs, SquaredError(), int(np.prod(shape)), dtype,
            store=self.store,
        )
        self.discriminator = LayeredNetwork(
            judges, shape, SquaredError(), n_logits, dtype, store=self.store, first=len(own)
        )
        self.frozen = self.discriminator.frozen()

    def add_real(self, plan: Plan, shift: int) -> Buffer:
        """Add the reading of rows, so many after those of the batch; return where they are."""
        rows = plan.buffer(self.sizes.sample_shape)
        self.rows.add_gathering(plan, rows, shift)
        return rows

    def add_drawn(self, plan: Plan, number: int, shift: int) -> tuple[Buffer, list]:
        """Add the drawing of samples of the classes of rows; return these, and their way back."""
        sizes = self.sizes
        latent = plan.buffer((sizes.n_inputs,))
        drawn = Buffer(latent.array, (sizes.latent_size,), latent.stride)
        draw_normal(plan, drawn, number)
        if sizes.n_classes:
            plan.by_rows(mark_class, latent=latent, codes=self.codes, begin=sizes.latent_size,
                         classes=sizes.n_classes, shift=shift, level=1.0)
        return _add_layers(plan, self.generator, latent, None, number)

    def add_judgement(
        self, plan: Plan, outputs: Buffer, whose: int, shift: int, total: np.ndarray
    ) -> Step:
        """Add the loss of logits; return the step that adds it to the epoch's total."""
        losses = plan.memory_of_rows(1, np.float64)
        target = {OF_REAL: 1.0 - self.label_smoothing, OF_DRAWN: 0.0, OF_GENERATOR: 1.0}[whose]
        plan.by_rows(judge, outputs=outputs, codes=self.codes, loss=losses,
                     classes=self.sizes.n_classes, shift=shift, kind=self.loss, whose=whose,
                     target=target)
        return Step(add_up_losses, add_up_losses.integers({"losses": losses, "total": total}), 0)


def _add_layers(plan, network, inputs, gradient, number):
    """Add the layers of a network; ``number`` keys their random numbers."""
    backward = []
    for place, layer in enumerate(network.layers):
        slots = network.slots(place, gradient)
        inputs, back = build_layer(plan, layer, inputs, slots, number * _KEYS + place)
        backward.append(back)
    return inputs, backward


class Discrimination:
    """The discriminator's loss: of rows of the data, and of as many samples drawn.

    Parameters
    ----------
    game : Game
    number : int
        Which of the discriminator's updates of a batch it is, from 0: keys random numbers.
    batch_size : int

    Attributes
    ----------
    total : ndarray of shape (1,)
        The sum of the losses so far.
    """

    def __init__(self, game: Game, number: int, batch_size: int):
        self.game, self.number = game, number
        self.shift = number * batch_size
        self.total = np.zeros(1)

    def add_to(self, plan: Plan, gradient: np.ndarray | None) -> list[Step]:
        """Add what finds the gradient; see `Objective`."""
        game, sums, number = self.game, [], 3 * self.number + 1
        weigh_rows(plan)
        real = game.add_real(plan, self.shift)
        drawn, _ = game.add_drawn(plan, number, self.shift)
        for key, (samples, whose) in enumerate([(real, OF_REAL), (drawn, OF_DRAWN)], number + 1):
            logits, backward = _add_layers(plan, game.discriminator, samples, gradient, key)
            sums.append(game.add_judgement(plan, logits, whose, self.shift, self.total))
            go_back(game.discriminator, logits, backward)
        return sums


class Generation:
    """The generator's loss: of samples drawn, as the discriminator judges them.

    Parameters
    ----------
    game : Game
    number : int
        The discriminator's updates of a batch, before this one.

    Attributes
    ----------
    total : ndarray of shape (1,)
        The sum of the losses so far.
    """

    def __init__(self, game: Game, number: int):
        self.game, self.number = game, number
        self.total = np.zeros(1)

    def add_to(self, plan: Plan, gradient: np.ndarray | None) -> list[Step]:
        """Add what finds the gradient; see `Objective`."""
        game, number = self.game, 3 * self.number + 1
        weigh_rows(plan)
        drawn, back = game.add_drawn(plan, number, 0)
        logits, backward = _add_layers(plan, game.frozen, drawn, None, number + 1)
        total = game.add_judgement(plan, logits, OF_GENERATOR, 0, self.total)
        of_samples = go_back(game.frozen, logits, backward, wanted=True)
        go_back(game.generator, of_samples, back)
        return [total]


class OneOfSeveral(Update):
    """One of several updates of a batch by the same optimizer, whose state they share.

    Parameters
    ----------
    objective, store, optimizer
        As of `Update`.
    number, n_updates : int
        Which one, and of how many.
    layers : iterable of int
        Those that are trained.
    """

    def __init__(
        self, objective: Objective, store: Parameters, optimizer: Optimizer, number: int,
        n_updates: int, layers: Iterable[int],
    ):
        super().__init__(objective, store, optimizer, layers=layers)
        self.number, self.n_updates = number, n_updates

    def coefficients(
        self, rates: np.ndarray, first_update: int, place: int = 0,
        progress: Progress | None = None, first: int = 0,
    ) -> np.ndarray:
        """Return the optimizer's coefficients, which count all updates of a batch."""
        n = self.n_updates
        repeated = np.repeat(rates, n)
        table = super().coefficients(repeated, n * first_update, place, progress, n * first)
        return np.ascontiguousarray(table[:, self.number :: n])


class AveragedUpdate(Update):
    """An update after which a running average of the generator's variables follows them.

    Parameters
    ----------
    objective, store, optimizer
        As of `Update`.
    average : ndarray of shape (n_parameters,)
        Of all parameters; those of other layers are left alone.
    decay : float
        Share of the average that is kept at an update.
    layers : iterable of int
        The generator's.
    """

    def __init__(
        self, objective: Objective, store: Parameters, optimizer: Optimizer, average: np.ndarray,
        decay: float, layers: Iterable[int],
    ):
        super().__init__(objective, store, optimizer, layers=layers)
        self.average, self.decay, self.layers = average, decay, list(layers)

    def add_to(self, plan: Plan, others_clip: bool = False) -> None:
        """Add the phase of the update and that of the average to a plan."""
        super().add_to(plan, others_clip)
        steps: list[Step] = []
        vector = self.store.vector
        for layer in self.layers:
            for values in self.store.variables[layer].values():
                first = (address_of(values) - address_of(vector)) // vector.itemsize
                steps.append(Step.of(
                    follow_average, len(steps), values=values.reshape(-1),
                    average=self.average[first : first + values.size], size=values.size,
                    decay=self.decay,
                ))
        plan.end_phase([], within=steps)

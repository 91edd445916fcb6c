"""Two networks trained in turn: a generator and a discriminator on a ring of eight Gaussians."""

import numpy as np
import pytest

from skneural.engine.batch import sum_losses
from skneural.engine.sampling import draw_normal
from skneural.engine.steps import Step
from skneural.layers import Dense, GaussianNoise
from skneural.losses import LogLoss
from skneural.network.network import Network
from skneural.network.objectives import Backpropagation, go_back, weigh_rows
from skneural.network.parameters import Parameters
from skneural.network.phased import PhasedTraining
from skneural.network.prediction import add_layers, add_loss
from skneural.network.updates import Update
from skneural.optimizers import Adam

LATENT, N, BATCH = 8, 1024, 128
ANGLES = np.arange(8) * np.pi / 4
MODES = np.column_stack([np.cos(ANGLES), np.sin(ANGLES)])
GENERATOR = [Dense(64, "relu"), Dense(64, "relu"), Dense(2)]
JUDGE = [GaussianNoise(0.2), Dense(64, "leaky_relu"), Dense(64, "leaky_relu"), Dense(1)]


class Judged:
    """The loss of samples drawn by a generator that is judged, by labels that they are to have."""

    def __init__(self, network, label, number):
        self.network, self.number, self.labels = network, number, np.full((N, 1), label)

    def add_to(self, plan, gradient):
        weigh_rows(plan)
        noise = plan.buffer((LATENT,))
        draw_normal(plan, noise, self.number)
        outputs, backward = add_layers(plan, self.network, noise, gradient)
        losses = add_loss(plan, self.network.loss, outputs, self.labels, None)
        go_back(self.network, outputs, backward)
        return [Step(sum_losses, (losses.ctypes.data,), 0)]


class Both:
    """The sum of two objectives."""

    def __init__(self, *objectives):
        self.objectives = objectives

    def add_to(self, plan, gradient):
        return [step for o in self.objectives for step in o.add_to(plan, gradient)]


def train(n_jobs, n_epochs):
    random, loss = np.random.RandomState(0), LogLoss().for_targets("binary")
    X = MODES[random.randint(8, size=N)] + random.normal(0, 0.05, (N, 2))
    store = Parameters.of([*GENERATOR, *JUDGE], (LATENT,), np.float64)
    whole = Network([*GENERATOR, *JUDGE], LATENT, loss, 1, np.float64, store=store)
    judge = Network(JUDGE, 2, loss, 1, np.float64, store=store, first=len(GENERATOR))
    whole.initialize(random)
    real = Backpropagation(judge, X, np.ones((N, 1)))
    updates = [
        Update(Both(real, Judged(whole, 0.0, 1)), store, Adam(0.5), layers=range(3, 7)),
        Update(Judged(whole, 1.0, 2), store, Adam(0.5), layers=range(3)),
    ]
    with PhasedTraining(updates, N, BATCH, n_jobs, seed=3) as training:
        rates = np.multiply.outer([2e-3, 1e-3], np.ones(training.n_batches))
        losses = [training.run_epoch(random.permutation(N), rates) for _ in range(n_epochs)]
    drawn = whole.predict(random.normal(size=(2000, LATENT)), raw=True, n_layers=3)
    return store.vector.copy(), losses, drawn


@pytest.mark.needs_jit(reason="many updates")
def test_all_eight_modes_are_found():
    _, _, drawn = train(1, 400)
    distances = np.linalg.norm(drawn[:, None] - MODES, axis=2)
    near = distances.argmin(axis=1)[distances.min(axis=1) < 0.2]
    assert (np.bincount(near, minlength=8) > 60).all() and len(near) > 1200


def test_threads_leave_every_bit():
    one, two, again = train(1, 2), train(2, 2), train(1, 2)
    for other in (two, again):
        np.testing.assert_array_equal(other[0], one[0])
        assert other[1] == one[1]

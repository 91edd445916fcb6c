"""A Boltzmann machine trained by contrastive divergence, beside one in NumPy."""

import numpy as np

from _helpers import close
from skneural.data.sources import source_of
from skneural.engine.batch import sum_losses
from skneural.engine.random import row_key, uniform
from skneural.engine.sampling import draw_bernoulli
from skneural.engine.steps import Step
from skneural.layers import Activation, Dense, TransposedDense
from skneural.layers.composition.branches import combine, scale_first
from skneural.layers.dense.column_sums import bias_gradient
from skneural.losses import SquaredError
from skneural.network.network import Network
from skneural.network.objectives import weigh_rows
from skneural.network.phased import PhasedTraining
from skneural.network.prediction import add_loss, input_of
from skneural.network.updates import Update
from skneural.optimizers import SGD

N, VISIBLE, HIDDEN, BATCH, SEED, NUMBER, RATE = 50, 6, 4, 16, 5, 9, 0.5


class ContrastiveDivergence:
    """One step of contrastive divergence; the losses are squared errors of the reconstruction."""

    def __init__(self, network, X):
        self.network, self.X, self.source = network, X, source_of(X)

    def add_to(self, plan, gradient):
        def times(buffer, factor):
            result = plan.buffer(buffer.shape)
            combine(plan, scale_first, buffer, buffer, result, factor)
            return result

        def logistic(layer, inputs, number):
            products, back = layer.build(plan, inputs, slots[number], number)
            return Activation("logistic").build(plan, products, {}, number)[0], back

        weigh_rows(plan)
        slots = [self.network.slots(number, gradient) for number in (0, 1)]
        hidden, visible = self.network.layers
        data = input_of(plan, self.network, self.source)
        of_data, back_to_data = logistic(hidden, data, 0)
        model, _ = logistic(visible, draw_bernoulli(plan, of_data, NUMBER), 1)
        of_model, back_to_model = logistic(hidden, model, 0)
        losses = add_loss(plan, SquaredError(), times(model, 1.0), self.X, None)
        back_to_model(of_model, False)
        back_to_data(times(of_data, -1.0), False)
        for part in (model, times(data, -1.0)):
            bias_gradient(plan, part, slots[1]["bias"])
        return [Step(sum_losses, (losses.ctypes.data,), 0)]


def train(n_jobs=1, n_epochs=3):
    random = np.random.RandomState(0)
    X = np.repeat(random.randint(2, size=(N, 2)), VISIBLE // 2, axis=1).astype(float)
    layers, shared = [Dense(HIDDEN), TransposedDense(VISIBLE)], {(1, "kernel"): (0, "kernel")}
    network = Network(layers, VISIBLE, SquaredError(), VISIBLE, np.float64, shared=shared)
    network.initialize(random)
    machine = [*network.variables[0].values(), network.variables[1]["bias"]]
    start = [values.copy() for values in machine]
    update = Update(ContrastiveDivergence(network, X), network.store, SGD(momentum=0.0))
    with PhasedTraining([update], N, BATCH, n_jobs, SEED) as training:
        rates = np.full(training.n_batches, RATE)
        losses = [training.run_epoch(None, rates) for _ in range(n_epochs)]
    return X, start, machine, losses


def logistic(z):
    return 1 / (1 + np.exp(-z))


def twin(X, kernel, bias, back_bias):
    """The same in NumPy, with the same random numbers."""
    begins = [*range(0, N, BATCH)] * 3
    for step, begin in enumerate(begins):
        v = X[begin : begin + BATCH]
        h = logistic(v @ kernel + bias)
        with np.errstate(over="ignore"):
            keys = [row_key(SEED, step, NUMBER, row) for row in range(len(v))]
            drawn = np.array([[uniform(key, j) for j in range(HIDDEN)] for key in keys]) < h
        again = logistic(drawn.astype(float) @ kernel.T + back_bias)
        found = logistic(again @ kernel + bias)
        yield 0.5 * np.sum((again - v) ** 2) / N
        kernel += RATE * (v.T @ h - again.T @ found) / len(v)
        bias += RATE * (h - found).mean(axis=0)
        back_bias += RATE * (v - again).mean(axis=0)


def test_machine_is_that_of_numpy_for_any_number_of_threads():
    X, expected, machine, losses = train()
    close(np.array(losses), np.reshape([*twin(X, *expected)], (3, -1)).sum(axis=1), 1e-10)
    _, _, other, of_other = train(n_jobs=2)
    for values, known, same in zip(machine, expected, other, strict=True):
        close(values, known, 1e-10)
        np.testing.assert_array_equal(values, same)
    assert losses == of_other


def test_reconstruction_learns_the_data():
    losses = train(n_epochs=100)[3]
    assert losses[-1] < 0.1 * losses[0]

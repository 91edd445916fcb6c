"""Adversarial training against its definition in NumPy, step for step."""

import numpy as np
import pytest
from scipy.special import expit

from _helpers import close, plain_python
from skneural import GenerativeAdversarialNetwork
from skneural.data.sources import LineOfRows
from skneural.engine.random import normal_pair, row_key
from skneural.estimators.generative.layers import adversaries
from skneural.estimators.generative.objectives import Game
from skneural.estimators.generative.training import AdversarialTraining

N, FEATURES, LATENT, HIDDEN, BATCH, SEED = 10, 3, 4, 6, 5, 7
LEAK, RATES, BETAS, EPSILON = 0.2, (0.02, 0.03), (0.5, 0.999), 1e-8  # of both networks
KEYS = 1 << 10
LOSSES = ("non_saturating", "least_squares", "hinge")


def make_training(n_classes=0, n_jobs=1, dtype=np.float64, **parameters):
    """A game of small networks without normalization, with its training."""
    settings = {
        "normalization": None, "average_decay": 0.8, "generator_learning_rate": RATES[0],
        "discriminator_learning_rate": RATES[1], **parameters,
    }
    estimator = GenerativeAdversarialNetwork(
        LATENT, hidden_layer_sizes=HIDDEN, n_jobs=n_jobs, **settings
    )
    random = np.random.RandomState(0)
    X = random.normal(size=(N, FEATURES)).astype(dtype)
    codes = random.randint(max(1, n_classes), size=N)[: N if n_classes else 0].astype(np.int64)
    game = Game(
        adversaries(estimator, (FEATURES,), n_classes, False),
        LineOfRows(X, 0.5, 0.1, np.dtype(dtype)), codes, estimator.loss, estimator.label_smoothing,
    )
    training = AdversarialTraining(estimator, game, BATCH, SEED)
    training.start(np.random.RandomState(1))
    return training


@np.errstate(over="ignore")
def latent_rows(step, key, codes, n_classes):
    """What the generator reads for a batch."""
    rows = np.zeros((BATCH, LATENT + n_classes))
    for i in range(BATCH):
        pairs = [normal_pair(row_key(SEED, step, key, i), j) for j in range(LATENT // 2)]
        rows[i, :LATENT] = np.transpose(pairs).ravel()
        if n_classes:
            rows[i, LATENT + codes[i]] = 1
    return rows


def losses_of(kind, logits, whose, smoothing):
    """Losses of rows by their logits, and their derivatives."""
    target = {"real": 1 - smoothing, "drawn": 0.0, "generator": 1.0}[whose]
    if kind == "non_saturating":
        return np.logaddexp(0, logits) - target * logits, expit(logits) - target
    if kind == "least_squares":
        return (logits - target) ** 2 / 2, logits - target
    if whose == "generator":
        return -logits, -np.ones_like(logits)
    sign = -1 if whose == "real" else 1
    return np.maximum(0, 1 + sign * logits), sign * (1 + sign * logits > 0)


class Twin:
    """Two networks of a hidden layer each, and their optimizers."""

    def __init__(self, training, kind, smoothing):
        self.kind, self.smoothing = kind, smoothing
        found = [v.copy() for layer in training.game.store.variables for v in layer.values()]
        self.own, self.judge = found[:4], found[4:]
        self.memory = [[[0 * v, 0 * v] for v in part] for part in (self.own, self.judge)]
        self.average = [v.copy() for v in self.own]
        self.updates = [0, 0]

    def generate(self, latent):
        hidden = np.maximum(0, latent @ self.own[0] + self.own[1])
        return hidden, hidden @ self.own[2] + self.own[3]

    def judgement(self, samples, codes, whose):
        """Losses, the gradient of the judge, and that of the samples."""
        before = samples @ self.judge[0] + self.judge[1]
        slopes = np.where(before > 0, 1.0, LEAK)
        outputs = before * slopes @ self.judge[2] + self.judge[3]
        rows = np.arange(BATCH)
        logits = outputs[:, 0] + (outputs[rows, 1 + codes] if len(codes) else 0)
        losses, gradient = losses_of(self.kind, logits, whose, self.smoothing)
        of_outputs = np.zeros_like(outputs)
        of_outputs[:, 0] = gradient
        if len(codes):
            of_outputs[rows, 1 + codes] = gradient
        of_hidden = of_outputs @ self.judge[2].T * slopes
        found = [samples.T @ of_hidden, of_hidden.sum(0), (before * slopes).T @ of_outputs,
                 of_outputs.sum(0)]
        return losses.sum(), found, of_hidden @ self.judge[0].T

    def update(self, which, gradients):
        values, rate = (self.own, self.judge)[which], RATES[which]
        self.updates[which] += 1
        t, (b1, b2) = self.updates[which], BETAS
        for value, memory, gradient in zip(values, self.memory[which], gradients, strict=True):
            memory[0] = b1 * memory[0] + (1 - b1) * gradient / BATCH
            memory[1] = b2 * memory[1] + (1 - b2) * (gradient / BATCH) ** 2
            step = rate * np.sqrt(1 - b2**t) / (1 - b1**t)
            value -= step * memory[0] / (np.sqrt(memory[1]) + EPSILON)

    def batch(self, X, all_codes, order, step, n_steps, n_classes):
        """Train on a batch; return the sums of the losses."""
        total = 0.0
        for number in range(n_steps):
            places = (step * BATCH + number * BATCH + np.arange(BATCH)) % N
            rows, key = order[places], 3 * number + 1
            codes = all_codes[rows] if n_classes else np.empty(0, int)
            _, drawn = self.generate(latent_rows(step, key, codes, n_classes))
            real = self.judgement(X[rows] * 0.5 + 0.1, codes, "real")
            fake = self.judgement(drawn, codes, "drawn")
            total += real[0] + fake[0]
            self.update(1, [a + b for a, b in zip(real[1], fake[1], strict=True)])
        rows = order[step * BATCH : (step + 1) * BATCH]
        codes = all_codes[rows] if n_classes else np.empty(0, int)
        latent = latent_rows(step, 3 * n_steps + 1, codes, n_classes)
        hidden, drawn = self.generate(latent)
        own, _, of_samples = self.judgement(drawn, codes, "generator")
        of_hidden = of_samples @ self.own[2].T * (hidden > 0)
        self.update(0, [latent.T @ of_hidden, of_hidden.sum(0), hidden.T @ of_samples,
                        of_samples.sum(0)])
        decay = min(0.8, (1 + step) / (10 + step))
        self.average = [
            decay * a + (1 - decay) * v for a, v in zip(self.average, self.own, strict=True)
        ]
        return own, total


@pytest.mark.parametrize("kind", LOSSES)
@pytest.mark.parametrize(("n_classes", "n_steps"), [(0, 1), (3, 1), (2, 3)])
def test_an_epoch_is_that_of_the_definition(kind, n_classes, n_steps):
    smoothing = 0.1 if n_steps == 1 else 0.0
    training = make_training(
        n_classes, loss=kind, discriminator_steps=n_steps, label_smoothing=smoothing
    )
    game, twin = training.game, Twin(training, kind, smoothing)
    order = np.random.RandomState(2).permutation(N)
    with training:
        found = training.epoch(order)
    sums = [twin.batch(game.rows.X, game.codes, order, step, n_steps, n_classes)
            for step in range(N // BATCH)]
    own, total = np.sum(sums, axis=0)
    np.testing.assert_allclose(found, (own / N, total / N / n_steps), rtol=1e-9)
    values = [v for layer in game.store.variables for v in layer.values()]
    for value, expected in zip(values, [*twin.own, *twin.judge], strict=True):
        close(value, expected, 1e-8)
    weights = training.networks()["generator_"].weights
    averages = [v for layer in weights.values() for v in layer.values()]
    for value, expected in zip(averages, twin.average, strict=True):
        close(value, expected, 1e-8)


@pytest.mark.parametrize("spectral", [False, True])
def test_compiled_and_interpreted_code_agree(spectral):
    def trained():
        training = make_training(2, normalization="batch", spectral_normalization=spectral)
        with training:
            return training.epoch(np.arange(N)), training.game.store.vector.copy()

    losses, vector = trained()
    with plain_python():
        interpreted = trained()
    np.testing.assert_allclose(losses, interpreted[0], rtol=1e-10)
    close(vector, interpreted[1], 1e-8)


@pytest.mark.needs_jit(reason="large layers")
@pytest.mark.parametrize("architecture", ["dense", "convolutional"])
def test_threads_leave_every_bit(architecture, no_leaked_threads):
    random = np.random.RandomState(0)
    X, y = random.randint(256, size=(150, 10, 9, 2)).astype(np.uint8), np.arange(150) % 3

    def fitted(n_jobs):
        return GenerativeAdversarialNetwork(
            8, architecture=architecture, filters=(8, 16), hidden_layer_sizes=300,
            spectral_normalization=True, max_iter=2, random_state=0, n_jobs=n_jobs,
        ).fit(X, y)

    one, two = fitted(1), fitted(2)
    assert one.generator_loss_curve_ == two.generator_loss_curve_
    np.testing.assert_array_equal(one._state.parameters, two._state.parameters)
    samples = [network.sample(40, random_state=0) for network in (one, two)]
    np.testing.assert_array_equal(*samples)
    assert samples[0].shape == (40, 10, 9, 2)

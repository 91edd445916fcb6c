"""Training on augmented images: only there, the same bits, and targets mixed as images are."""

import numpy as np
import pytest
from scipy import sparse

from _augmented import draws
from _helpers import DTYPES, close, name_of, randomize
from skneural.augmentation import Crop, Cutout, Flip, Mixup, Rotate, Shift
from skneural.engine import timings
from skneural.layers import Activation, Dense
from skneural.losses import LogLoss, SquaredError
from skneural.network.network import Network
from skneural.optimizers import Adam

SHAPE, N_ROWS, SEED = (6, 5, 2), 24, 3
CHAIN = [Flip(), Shift(1), Crop(2), Rotate(20), Cutout(2), Mixup(1.0)]
LOSSES = {
    "classification": (LogLoss().for_targets("multiclass"), 3),
    "regression": (SquaredError(), 2),
}
WEIGHTS = np.random.default_rng(4).random(N_ROWS)
EACH_LOSS = pytest.mark.parametrize("task", LOSSES)
EACH_DTYPE = pytest.mark.parametrize("dtype", DTYPES, ids=name_of)


class Images(Dense):
    """A dense layer that takes images, so that networks here are those of layers alone."""

    def output_shape(self, input_shape):
        return (self.units,)


def build(task="classification", dtype=np.float64):
    loss, n_outputs = LOSSES[task]
    layers = [Images(4), Activation("tanh"), Dense(n_outputs)]
    network = Network(layers, SHAPE, loss, n_outputs, dtype)
    randomize(network, seed=1)
    return network


def data(task="classification", dtype=np.float64):
    random = np.random.default_rng(2)
    x = random.normal(0, 1, (N_ROWS, *SHAPE)).astype(dtype)
    if task == "classification":
        return x, random.integers(0, 3, (N_ROWS, 1)).astype(dtype)
    return x, random.normal(0, 1, (N_ROWS, 2)).astype(dtype)


def train(network, x, y, augmentation, *, n_jobs=1, seed=SEED, weights=None):
    settings = {"batch_size": 9, "optimizer": Adam(), "n_jobs": n_jobs, "seed": seed}
    order = np.random.default_rng(5).permutation(N_ROWS)
    with network.training_session(x, y, weights, augmentation=augmentation, **settings) as session:
        return [session.run_epoch(order, np.full(session.n_batches, 0.01)) for _ in range(2)]


@EACH_LOSS
@EACH_DTYPE
def test_any_number_of_threads_gives_the_same_bits(dtype, task):
    x, y = data(task, dtype)
    networks = [build(task, dtype) for _ in range(3)]
    losses = [
        train(network, x, y, CHAIN, n_jobs=n_jobs, weights=WEIGHTS)
        for network, n_jobs in zip(networks, (1, 2, 3), strict=True)
    ]
    assert losses[0] == losses[1] == losses[2]
    for network in networks[1:]:
        np.testing.assert_array_equal(network.parameters, networks[0].parameters)


def test_long_batches_run_piecemeal_give_the_same_bits(monkeypatch):
    x, y = data()
    expected = train(build(), x, y, CHAIN)
    monkeypatch.setattr(timings, "SLICE_SECONDS", 1e-9)
    assert train(build(), x, y, CHAIN, n_jobs=2) == expected


def test_the_seed_decides():
    x, y = data()
    assert train(build(), x, y, CHAIN) == train(build(), x, y, CHAIN)
    assert train(build(), x, y, CHAIN) != train(build(), x, y, CHAIN, seed=SEED + 1)
    assert train(build(), x, y, CHAIN) != train(build(), x, y, [])


def test_data_stay_as_they_are():
    x, y = data()
    before = x.copy(), y.copy()
    train(build(), x, y, CHAIN)
    np.testing.assert_array_equal(x, before[0])
    np.testing.assert_array_equal(y, before[1])


def test_prediction_and_evaluation_know_nothing_of_it():
    x, y = data()
    network = build()
    expected = network.predict(x), network.evaluate(x, y)
    with network.training_session(x, y, batch_size=9, optimizer=Adam(), augmentation=CHAIN):
        np.testing.assert_array_equal(network.predict(x), expected[0])
        assert network.evaluate(x, y) == expected[1]


def test_bytes_are_augmented_as_numbers():
    y = data()[1]
    x = np.random.default_rng(6).integers(0, 256, (N_ROWS, *SHAPE), np.uint8)
    assert train(build(), x, y, CHAIN) == train(build(), x.astype(float), y, CHAIN)


@pytest.mark.parametrize("flip", [Flip(rate=1.0), Flip(False, True, rate=1.0)], ids=repr)
def test_labels_stay_with_their_images(flip):
    x, y = data()
    turned = np.ascontiguousarray(x[:, :, ::-1] if flip.horizontal else x[:, ::-1])
    assert train(build(), x, y, [flip]) == train(build(), turned, y, [])


def loss_and_gradient(task, x, y, weights, augmentation=()):
    network = build(task)
    with network.training_session(
        x, y, weights, batch_size=N_ROWS, seed=SEED, n_jobs=2, augmentation=augmentation
    ) as session:
        session.n_updates = 5
        return session.loss_and_gradient()


@pytest.mark.parametrize("weights", [None, WEIGHTS], ids=["even", "weighted"])
@EACH_LOSS
def test_mixup_mixes_losses_and_gradients(task, weights):
    """As two passes do over the same mixed images, one for each of the two targets."""
    x, y = data(task)
    number = 1
    draw = draws(0, number)
    away = -1 - draw.below(1, N_ROWS - 1)
    share = draw.uniform(0)  # Beta(1, 1) is uniform
    mixed = share * x + (1 - share) * np.roll(x, away, axis=0)
    loss, gradient = loss_and_gradient(task, x, y, weights, [Flip(rate=0.0), Mixup(1.0)])
    expected_loss = expected_gradient = 0.0
    other_weights = None if weights is None else np.roll(weights, away)
    pairs = [(share, y, weights), (1 - share, np.roll(y, away, axis=0), other_weights)]
    for part, targets, their_weights in pairs:
        of_targets = loss_and_gradient(task, mixed, np.ascontiguousarray(targets), their_weights)
        expected_loss += part * of_targets[0]
        expected_gradient = expected_gradient + part * of_targets[1]
    close(loss, expected_loss, 1e-9)
    close(gradient, expected_gradient, 1e-9)


def test_sparse_rows_are_refused():
    x, y = data()
    with pytest.raises(ValueError, match="Flip: needs images"):
        build().training_session(
            sparse.csr_matrix(x.reshape(N_ROWS, -1)), y, batch_size=9, augmentation=[Flip()]
        )


def test_alternating_flips_follow_the_samples_not_their_places():
    """In batches and any order, an image is mirrored in every other epoch."""
    images = np.random.default_rng(7).random((10, *SHAPE))
    seen = []

    class Watch(Images):
        def build(self, plan, inputs, slots, number):
            seen.append(inputs)
            return super().build(plan, inputs, slots, number)

    loss, n_outputs = LOSSES["regression"]
    network = Network([Watch(n_outputs)], SHAPE, loss, n_outputs, np.float64)
    y = np.zeros((10, 2))
    with network.training_session(
        images.reshape(10, -1), y, batch_size=10, optimizer=Adam(), seed=SEED,
        augmentation=[Flip(alternating=True)], n_jobs=1,
    ) as session:
        kept = []
        for order in (None, np.arange(10)[::-1].copy(), np.roll(np.arange(10), 3)):
            session.run_epoch(order, np.full(session.n_batches, 1e-6))
            rows = seen[0].array.reshape(-1, seen[0].stride)[:10, : images[0].size]
            now = np.empty(10, bool)
            now[np.arange(10) if order is None else order] = (
                rows == images.reshape(10, -1)[np.arange(10) if order is None else order]
            ).all(axis=1)
            kept.append(now)
    np.testing.assert_array_equal(kept[1], ~kept[0])
    np.testing.assert_array_equal(kept[2], kept[0])

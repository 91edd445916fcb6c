"""Categories as numbers, against NumPy; from a table's source and from an array alike."""

import numpy as np
import pytest

from _helpers import DTYPES, LayerBench, close, name_of, randomize
from skneural import NeuralNetClassifier
from skneural.data.sources import Columns
from skneural.layers import CategoryEmbedding, Dense
from skneural.losses import SquaredError
from skneural.network.network import Network
from skneural.optimizers import SGD

EACH_DTYPE = pytest.mark.parametrize("dtype", DTYPES, ids=name_of)
TOLERANCE = {"float32": 1e-5, "float64": 1e-12}
RANDOM = np.random.default_rng(0)
N_ROWS, COUNTS = 41, (3, 12, 2, 5, 40, 1)
NUMBERS = RANDOM.normal(size=(N_ROWS, 3))
CODES = np.stack([RANDOM.integers(0, n, N_ROWS) for n in COUNTS], axis=1)
WHOLE = np.concatenate([NUMBERS, CODES], axis=1)
TARGETS = RANDOM.normal(size=(N_ROWS, 2))


def one_hot(codes, n):
    if n == 3:
        return np.choose(codes, [0, 1, -1])[:, None]
    return np.float64(codes[:, None] == np.arange(1, n))


def twin(layer, vectors, numbers=NUMBERS, codes=CODES):
    few = [c for c, n in enumerate(COUNTS) if n <= layer.max_one_hot]
    many = [c for c, n in enumerate(COUNTS) if n > layer.max_one_hot]
    starts = np.cumsum([0, *(COUNTS[c] for c in many)])
    embedded = [vectors[start + codes[:, c]] for c, start in zip(many, starts, strict=False)]
    columns = [one_hot(codes[:, c], COUNTS[c]) for c in few]
    return np.concatenate([numbers, *columns, *embedded], axis=1)


def network(layer, dtype=np.float64):
    model = Network([layer, Dense(2)], 9, SquaredError(), 2, dtype)
    randomize(model, seed=1)
    return model


@pytest.mark.parametrize("size", [1, 8, 19])
@pytest.mark.parametrize("max_one_hot", [0, 3, 9, 100])
@EACH_DTYPE
def test_outputs_and_gradients(max_one_hot, size, dtype):
    layer = CategoryEmbedding(COUNTS, size, max_one_hot)
    forward = LayerBench(layer, 9, dtype, n_rows=N_ROWS)
    vectors = forward.variables.get("vectors")
    y = forward.forward(WHOLE)
    np.testing.assert_array_equal(y, twin(layer, vectors).astype(dtype))
    dy = RANDOM.normal(size=y.shape).astype(dtype)
    backward = LayerBench(layer, 9, dtype, n_rows=N_ROWS, backward=True)
    dx, gradients = backward.backward(WHOLE, dy)
    np.testing.assert_array_equal(dx[:, :3], dy[:, :3])
    assert not dx[:, 3:].any()
    if vectors is not None:
        expected = np.zeros(vectors.shape)
        place, start = 3 + layer.n_one_hot, 0
        for c, n in enumerate(COUNTS):
            if n > max_one_hot:
                np.add.at(expected, start + CODES[:, c], dy[:, place : place + size])
                place, start = place + size, start + n
        close(gradients["vectors"], expected, TOLERANCE[dtype.name])


@pytest.mark.parametrize("max_one_hot", [0, 9, 100])
@EACH_DTYPE
def test_a_source_of_columns_is_read_as_an_array_is(max_one_hot, dtype):
    layer = CategoryEmbedding(COUNTS, 4, max_one_hot)
    models = network(layer, dtype), network(layer, dtype)
    rows = Columns(NUMBERS.astype(dtype), CODES, COUNTS), WHOLE.astype(dtype)
    order = RANDOM.permutation(N_ROWS)
    for model, X, n_jobs in zip(models, rows, (2, 1), strict=True):
        settings = {"batch_size": 8, "optimizer": SGD(), "n_jobs": n_jobs}
        with model.training_session(X, TARGETS.astype(dtype), **settings) as session:
            for _ in range(2):
                session.run_epoch(order, np.full(session.n_batches, 0.05))
    np.testing.assert_array_equal(models[0].parameters, models[1].parameters)
    for model in models:
        np.testing.assert_array_equal(model.predict(rows[0]), models[0].predict(rows[1]))


def test_training_is_that_on_the_one_hot_columns():
    layer = CategoryEmbedding(COUNTS, max_one_hot=100)
    model = network(layer)
    features = twin(layer, None)
    other = Network([Dense(2)], features.shape[1], SquaredError(), 2, np.float64)
    for name, values in model.variables[1].items():
        other.variables[0][name][...] = values
    for each, X in ((model, WHOLE), (other, features)):
        with each.training_session(X, TARGETS, batch_size=8, optimizer=SGD(), n_jobs=1) as session:
            session.run_epoch(None, np.full(session.n_batches, 0.05))
    for name, values in model.variables[1].items():
        close(values, other.variables[0][name], 1e-12)


def test_codes_out_of_range_count_as_missing():
    layer = CategoryEmbedding([4, 12], 2)
    bench = LayerBench(layer, 2, n_rows=6)
    odd = np.array([[-1, np.nan], [4, 12], [np.inf, 1e300], [-np.inf, -5], [np.nan, -0.5], [0, 0]])
    rows = bench.forward(odd)
    np.testing.assert_array_equal(rows, rows[5:].repeat(6, axis=0))
    np.testing.assert_array_equal(rows[0], [0, 0, 0, *bench.variables["vectors"][0]])


def test_first_values_and_names():
    layer = CategoryEmbedding([500, 3], 40)
    model = Network([layer, Dense(2)], 2, SquaredError(), 2, np.float64)
    model.initialize(np.random.RandomState(0))
    vectors = model.variables[0]["vectors"]
    assert vectors.shape == (500, 40) and vectors.std() == pytest.approx(1, rel=0.02)
    assert layer.n_one_hot == 1
    assert model.n_weights < vectors.size  # vectors do not decay


@pytest.mark.needs_jit
def test_a_network_of_arrays():
    X = np.concatenate([RANDOM.normal(size=(300, 1)), RANDOM.integers(1, 12, (300, 1))], axis=1)
    y = (X[:, 1] % 3).astype(int)
    layers = [CategoryEmbedding(np.array([12])), Dense(16, "relu")]
    net = NeuralNetClassifier(layers, max_iter=30, learning_rate_init=0.02, random_state=0)
    assert net.fit(X, y).score(X, y) > 0.95
    assert net.get_layer("categoryembedding").weights["vectors"].shape == (12, 8)


@pytest.mark.parametrize(
    ("layer", "shape", "words"),
    [
        (CategoryEmbedding([4, 3]), (1,), r"the last 2 columns of which are codes, .*\(1,\)"),
        (CategoryEmbedding([4, 3]), (3, 4), r"needs flat input"),
        (CategoryEmbedding([4, 0]), (3,), "n_categories has 0; 1 is least"),
    ],
)
def test_samples_that_do_not_fit(layer, shape, words):
    with pytest.raises(ValueError, match=words):
        layer.output_shape(shape)


def test_a_table_of_other_categories():
    model = network(CategoryEmbedding(COUNTS))
    other = Columns(NUMBERS, CODES, (4, *COUNTS[1:]))
    with pytest.raises(ValueError, match=r"is \[3, 12, .* table have \[4, 12,"):
        model.predict(other)

"""The columns of a table: a first layer gets numbers and codes, in training and prediction."""

import numpy as np
import pytest

from _helpers import DTYPES, close, name_of, randomize
from skneural.data.rows import Rows
from skneural.data.sources import Columns
from skneural.engine.compile.jit import kernel
from skneural.engine.primitives import ITEMSIZE, ROWS, RUN_FIELDS, indices, integers, reals
from skneural.engine.shares import share_begin, share_end
from skneural.initializers import UnitVariance
from skneural.layers import Dense, Layer
from skneural.layers._base import WEIGHT, Variable
from skneural.losses import SquaredError
from skneural.network.from_data import initialize_from_data
from skneural.network.network import Network
from skneural.optimizers import SGD

RANDOM = np.random.default_rng(0)
N_ROWS, WIDTH, CATEGORIES = 23, 3, (4, 7)
NUMBERS = RANDOM.normal(size=(N_ROWS, 5))
CODES = np.stack([RANDOM.integers(0, n, N_ROWS) for n in CATEGORIES], axis=1)
TARGETS = RANDOM.normal(size=(N_ROWS, 2))


@kernel
def look_up(row, run):
    """Y (rows, n + codes * width) = numbers X (rows, n), and for each code a row of a table."""
    field = integers(row, 12)
    n_rows, n, n_codes, width = integers(run, RUN_FIELDS)[ROWS], field[4], field[6], field[8]
    offsets = integers(field[9], n_codes)
    for i in range(share_begin(n_rows, run), share_end(n_rows, run)):
        x = reals(field[2] + i * field[3] * ITEMSIZE, n)
        codes = indices(field[5] + i * n_codes * 4, n_codes)
        y = reals(field[10] + i * field[11] * ITEMSIZE, n + n_codes * width)
        for j in range(n):
            y[j] = x[j]
        for c in range(n_codes):
            table = reals(field[7] + (offsets[c] + codes[c]) * width * ITEMSIZE, width)
            for j in range(width):
                y[n + c * width + j] = table[j]


class Tables(Layer):
    """A row of a table for each code, behind the numbers; not trained."""

    reads_columns = True
    trainable = False

    def output_shape(self, input_shape):
        return (input_shape[0] + len(CATEGORIES) * (WIDTH - 1),)

    def variables(self, input_shape):
        return [Variable("tables", (sum(CATEGORIES), WIDTH), WEIGHT)]

    def build(self, plan, inputs, slots, number):
        offsets = plan.memory(len(CATEGORIES), np.int64)
        offsets[:] = np.concatenate([[0], np.cumsum(inputs.n_categories)[:-1]])
        outputs = plan.buffer(self.output_shape(inputs.shape))
        plan.by_rows(
            look_up, inputs.numbers.address, inputs.numbers.stride, inputs.numbers.columns,
            inputs.codes.address, inputs.codes.columns, slots["tables"].address, WIDTH,
            offsets.ctypes.data, outputs.address, outputs.stride,
        )
        return outputs, lambda gradient, wanted: None


def network(dtype=np.float64, scale=1.0):
    shape = NUMBERS.shape[1] + len(CATEGORIES)
    result = Network([Tables(), Dense(2)], shape, SquaredError(), 2, dtype, scale=scale)
    randomize(result, seed=1)
    return result


def columns(numbers=NUMBERS, codes=CODES, dtype=np.float64):
    return Columns(numbers.astype(dtype), codes, CATEGORIES)


def twin(model, numbers=NUMBERS, codes=CODES):
    """What the table's layer gives in NumPy, and the output."""
    tables, dense = (model.variables[n] for n in (0, 1))
    rows = [tables["tables"][codes[:, c] + sum(CATEGORIES[:c])] for c in range(len(CATEGORIES))]
    features = np.concatenate([numbers, *rows], axis=1)
    return features, features @ dense["kernel"] + dense["bias"]


@pytest.mark.parametrize("dtype", DTYPES, ids=name_of)
@pytest.mark.parametrize("scale", [1.0, 0.5])
def test_prediction(scale, dtype):
    model = network(dtype, scale)
    expected = twin(model, NUMBERS * scale)[1]
    close(model.predict(columns(dtype=dtype)), expected, 1e-5 if dtype == np.float32 else 1e-13)


def test_plans_are_bound_to_other_rows():
    model = network()
    model.predict(columns())
    kept = model._plans.idle()
    others = NUMBERS[::-1] * 2, CODES[::-1].copy()
    close(model.predict(columns(*others)), twin(model, *others)[1], 1e-13)
    assert model._plans.idle() == kept
    taken = columns().take(np.array([5, 2]))
    close(model.predict(taken), twin(model)[1][[5, 2]], 1e-13)


def test_training_in_an_order_is_that_on_what_the_layer_gives():
    model = network()
    features = twin(model)[0]
    other = Network([Dense(2)], features.shape[1], SquaredError(), 2, np.float64)
    for name, values in model.variables[1].items():
        other.variables[0][name][...] = values
    order = RANDOM.permutation(N_ROWS)
    for each, X in ((model, columns()), (other, features)):
        with each.training_session(X, TARGETS, batch_size=6, optimizer=SGD(), n_jobs=1) as session:
            for _ in range(3):
                session.run_epoch(order, np.full(session.n_batches, 0.05))
    for name, values in model.variables[1].items():
        close(values, other.variables[0][name], 1e-12)
    assert model.evaluate(columns(), TARGETS) == pytest.approx(other.evaluate(features, TARGETS))


def test_numbers_or_codes_alone():
    source = Columns(NUMBERS[:, :0], CODES, CATEGORIES)
    model = Network([Tables(), Dense(2)], len(CATEGORIES), SquaredError(), 2, np.float64)
    randomize(model, seed=1)
    close(model.predict(source), twin(model, NUMBERS[:, :0])[1], 1e-13)
    assert Columns(NUMBERS, CODES[:, :0], ()).columns == NUMBERS.shape[1]


def test_other_first_layers_are_refused():
    model = Network([Dense(2)], 7, SquaredError(), 2, np.float64)
    with pytest.raises(TypeError, match="Dense cannot read codes"):
        model.predict(columns())


@pytest.mark.parametrize(
    ("codes", "words"),
    [
        (CODES[:-1], "beside numbers"),
        (CODES[:, :1], "beside numbers"),
        (CODES + [0, 1], "column 1 .* from 1 to 7, for 7 categories"),
        (CODES - [1, 0], "column 0 .* from -1 to"),
    ],
)
def test_codes_out_of_range_are_refused(codes, words):
    with pytest.raises(ValueError, match=words):
        columns(codes=codes)


def test_first_weights_may_depend_on_columns():
    model = Network(
        [Tables(), Dense(4, initializer=UnitVariance(0))], NUMBERS.shape[1] + len(CATEGORIES),
        SquaredError(), 4, np.float64,
    )
    random_state = np.random.RandomState(0)
    model.initialize(random_state)
    model.variables[0]["tables"][...] = RANDOM.normal(size=(sum(CATEGORIES), WIDTH))
    some = np.arange(3, N_ROWS)
    initialize_from_data(model, Rows(columns(), None, None, None, None, some), random_state)
    close(twin(model)[1][some].std(axis=0), np.ones(4), 1e-12)

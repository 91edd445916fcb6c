"""What calls of `partial_fit` share: timings and sessions, which never change a result."""

import copy
import pickle
import warnings

import numpy as np
import pytest
from scipy import sparse
from sklearn.base import clone

from skneural import (
    AutoencoderTransformer,
    ConvNetClassifier,
    MLPClassifier,
    MLPRegressor,
    NeuralNetClassifier,
)
from skneural.engine import threads
from skneural.estimators.base import kept_session as _kept_session
from skneural.layers import Dense
from skneural.network.runner import Runner
from skneural.optimizers import Adam

random = np.random.RandomState(0)
X, Y = random.standard_normal((60, 8)), random.randint(0, 3, 60)
WEIGHT = random.uniform(0.5, 2, 60)
MODELS = {
    "classifier": MLPClassifier((6,), random_state=0),
    "regressor": MLPRegressor(hidden_layer_sizes=(6,), random_state=0),
    "several batches": MLPClassifier((6,), batch_size=2, solver="sgd", momentum=0.9),
    "noise": MLPClassifier((6,), dropout=0.3, normalization="batch", random_state=3),
    "clipping": MLPClassifier((6, 5), max_grad_norm=0.1, weight_decay=0.01, solver="adamw"),
    "schedule": MLPClassifier((6,), learning_rate="cosine", max_iter=4),
    "images": ConvNetClassifier(filters=(3,), image_shape=(4, 2), augmentation="flip"),
    "autoencoder": AutoencoderTransformer(2, hidden_layer_sizes=(5,)),
}


def targets(model):
    return {} if not hasattr(model, "predict_proba") else {"classes": [0, 1, 2]}


def train(model, rows, **how):
    """Call `partial_fit` on some rows; classes are given at every call."""
    given = () if isinstance(model, AutoencoderTransformer) else (Y[rows],)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return model.partial_fit(X[rows], *given, **targets(model), **how)


def state(model):
    """What a model has learned, to the bit."""
    arrays = [*model._weights(), model._solver_state.slots, model.loss_curve_]
    return [np.asarray(array).tobytes() for array in arrays]


@pytest.fixture
def plans(monkeypatch):
    """Plans for training that were built."""
    built, original = [], Runner.__init__

    def init(self, plan, *arguments, **how):
        if plan.training:
            built.append(plan)
        original(self, plan, *arguments, **how)

    monkeypatch.setattr(Runner, "__init__", init)
    return built


@pytest.fixture
def without_kept(monkeypatch):
    """Give a function that runs another with every session made anew."""

    def run(function):
        with monkeypatch.context() as patch:
            patch.setattr(_kept_session, "key_of", lambda estimator, rows: None)
            return function()

    return run


def seeded(name):
    return clone(MODELS[name]).set_params(random_state=7)


@pytest.mark.parametrize("name", MODELS)
def test_a_plan_is_built_once(name, plans):
    model = seeded(name)
    for start in range(5):
        train(model, slice(start, start + 3))
    assert len(plans) == 1


@pytest.mark.parametrize("name", MODELS)
def test_a_kept_session_gives_the_bits_of_a_new_one(name, without_kept):
    def fit():
        model = seeded(name)
        for start in (0, 5, 9, 20):
            train(model, slice(start, start + 5))
        return state(model)

    assert fit() == without_kept(fit)


CHANGES = {
    "weights changed in place": lambda m: m.coefs_[0].__imul__(0.5),
    "weights replaced": lambda m: m.coefs_.__setitem__(1, m.coefs_[1] + 1),
    "alpha": lambda m: m.set_params(alpha=0.5),
    "rate": lambda m: m.set_params(learning_rate_init=0.1),
    "solver": lambda m: m.set_params(solver="sgd"),
    "moments": lambda m: m.set_params(beta_1=0.5),
    "batch_size": lambda m: m.set_params(batch_size=2),
    "dropout": lambda m: m.set_params(dropout=0.4),
    "seed": lambda m: m.set_params(random_state=9),
    "activation": lambda m: m.set_params(activation="tanh"),
    "more rows": lambda m: train(m, slice(0, 9)),
    "weights of rows": lambda m: train(m, slice(0, 5), sample_weight=WEIGHT[:5]),
    "prediction": lambda m: m.predict(X),
    "shuffle": lambda m: m.set_params(shuffle=False),
    "solver's memory lost": lambda m: delattr(m, "_solver_state"),
    "fit": lambda m: m.fit(X, Y),
    "failure": lambda m: pytest.raises(ValueError, m.partial_fit, X[:5] * np.nan, Y[:5]),
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_is_changed_between_calls_counts(change, without_kept):
    def fit():
        model = seeded("classifier").set_params(max_iter=2)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for start in (0, 5, 9):
                train(model, slice(start, start + 5))
                CHANGES[change](model)
            train(model, slice(20, 25), sample_weight=WEIGHT[20:25])
            return state(train(model, slice(20, 25)))

    assert fit() == without_kept(fit)


def test_an_object_changed_in_place_counts(plans):
    optimizer, layer = Adam(beta_1=0.9), Dense(4, "relu")
    model = NeuralNetClassifier([layer], solver=optimizer, random_state=0)
    train(model, slice(0, 5))
    optimizer.beta_1 = 0.1
    layer.activation = "tanh"
    train(model, slice(0, 5))
    assert len(plans) == 2
    assert model._built.layers[0].activation == "tanh"


def test_nothing_that_was_shown_or_passed_is_written_to():
    model, rows, labels = seeded("classifier"), X[:5].copy(), Y[:5].copy()
    weight = WEIGHT[:5].copy()
    model.partial_fit(rows, labels, weight, classes=[0, 1, 2])
    for _ in range(3):
        shown = [*model.coefs_, *model.intercepts_, model._solver_state.slots]
        before = copy.deepcopy(shown)
        model.partial_fit(X[10:15], Y[10:15], WEIGHT[10:15])
        for array, copied in zip(shown, before, strict=True):
            np.testing.assert_array_equal(array, copied)
    np.testing.assert_array_equal(rows, X[:5])
    np.testing.assert_array_equal(labels, Y[:5])
    np.testing.assert_array_equal(weight, WEIGHT[:5])


@pytest.mark.parametrize(
    "duplicate",
    [copy.copy, copy.deepcopy, lambda model: pickle.loads(pickle.dumps(model))],
    ids=["copy", "deepcopy", "pickle"],
)
def test_copies_train_apart(duplicate):
    model = train(train(seeded("classifier"), slice(0, 5)), slice(0, 5))
    other = duplicate(model)
    train(other, slice(5, 10))
    after = state(train(duplicate(model), slice(5, 10)))
    assert state(other) == after == state(train(model, slice(5, 10)))


def test_an_error_in_training_leaves_the_model_and_the_next_call_alone(monkeypatch, without_kept):
    def fit(fails):
        model = train(train(seeded("classifier"), slice(0, 5)), slice(0, 5))
        before = state(model)
        if fails:
            with monkeypatch.context() as patch, pytest.raises(MemoryError):
                patch.setattr(Runner, "run", lambda *arguments: (_ for _ in ()).throw(MemoryError))
                train(model, slice(5, 10))
            assert state(model) == before
        return state(train(model, slice(5, 10)))

    assert fit(True) == fit(False) == without_kept(lambda: fit(False))


def test_a_batch_size_that_is_clipped_warns_at_every_call():
    model = MLPClassifier((4,), batch_size=50)
    for _ in range(3):
        with pytest.warns(UserWarning, match="batch_size"):
            model.partial_fit(X[:5], Y[:5], classes=[0, 1, 2])


@pytest.mark.parametrize(
    ("shape", "settings"),
    [
        ((2, 1000), {"hidden_layer_sizes": (300,)}),
        ((4000, 40), {}),
        ((2000, 4), {"hidden_layer_sizes": (300,), "batch_size": 2000}),
        ((50, 4), {"n_jobs": 2}),
    ],
    ids=["weights", "rows", "workspace", "threads"],
)
def test_what_takes_much_memory_or_threads_is_not_kept(shape, settings):
    rows = np.random.RandomState(0).standard_normal(shape)
    labels = np.arange(len(rows)) % 2
    model = MLPClassifier((3,)).set_params(**settings).partial_fit(rows, labels, classes=[0, 1])
    assert model not in _kept_session._sessions


def test_few_sessions_are_kept():
    models = [train(clone(MODELS["classifier"]), slice(0, 5)) for _ in range(40)]
    assert len(_kept_session._sessions) == _kept_session._MOST_KEPT
    assert models[-1] in _kept_session._sessions and models[0] not in _kept_session._sessions


def test_labels_are_checked_at_every_call():
    model = train(seeded("classifier"), slice(0, 5))
    for labels in ([0, 1, 7], [0.5, 1.0, 2.0], ["a", "b", "c"]):
        with pytest.raises(ValueError, match="class"):
            model.partial_fit(X[:3], labels)
    for bad in (np.full((3, 8), np.nan), np.zeros((3, 7)), np.zeros((2, 8))):
        with pytest.raises(ValueError):
            model.partial_fit(bad, [0, 1, 2])
    regressor = train(seeded("regressor"), slice(0, 5))
    for bad in ([1.0, np.nan, 0.0], [1.0, np.inf, 0.0], [1.0, 2.0]):
        with pytest.raises(ValueError):
            regressor.partial_fit(X[:3], np.array(bad))


@pytest.mark.needs_jit(reason="counts what machine code is called for")
def test_wide_sparse_rows_take_few_calls(monkeypatch, plans):
    """Not several for each of thousands of blocks, nor as if all columns were stored."""
    calls, original = [], threads.call_address
    monkeypatch.setattr(threads, "call_address", lambda *a: calls.append(a) or original(*a))
    rows = sparse.random(200, 2**18, 100 / 2**18, "csr", random_state=0)
    model = MLPClassifier((16,), random_state=0)
    for _ in range(3):
        calls.clear()
        model.partial_fit(rows, np.arange(200) % 2, classes=[0, 1])
        assert len(calls) < 300
    assert plans[0].flops < 100 * 2**18 * 16
    assert sum(len(phase.blocks) for phase in plans[0].phases) < 200


@pytest.mark.needs_jit(reason="counts what machine code is called for")
def test_a_wide_dense_network_takes_few_calls(monkeypatch):
    calls, original = [], threads.call_address
    monkeypatch.setattr(threads, "call_address", lambda *a: calls.append(a) or original(*a))
    rows = np.random.RandomState(0).standard_normal((200, 800)).astype(np.float32)
    MLPClassifier((1500, 1500), max_iter=1, n_jobs=1).fit(rows, np.arange(200) % 10)
    assert len(calls) < 1000

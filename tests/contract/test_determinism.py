"""The same seed gives the same bits, whatever n_jobs is and however rows are grouped."""

import threading
import warnings

import numpy as np
import pytest
from scipy import sparse
from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning
from sklearn.frozen import FrozenEstimator

from skneural import (
    ConvNetClassifier,
    ConvNetRegressor,
    FeatureExtractor,
    MLPClassifier,
    MLPRegressor,
    NeuralNetClassifier,
    NeuralNetRegressor,
)
from skneural.augmentation import Mixup
from skneural.engine import chunks, timings
from skneural.layers import (
    APL,
    Activation,
    AvgPool,
    BatchNorm,
    Conv2D,
    Conv2DTranspose,
    Dense,
    Dropout,
    Flatten,
    GaussianNoise,
    GlobalAvgPool,
    LayerNorm,
    Maxout,
    MaxPool,
    Parallel,
    PReLU,
    Residual,
    RReLU,
    SpatialDropout,
    UpSampling2D,
)

needs_jit = pytest.mark.needs_jit(reason="large enough to be shared between threads")

# Wide layers and a batch that several threads share; odd sizes leave partial tiles everywhere.
ARCHITECTURES = {
    "plain": {"hidden_layer_sizes": (128,)},
    "deep": {"hidden_layer_sizes": (96, 64, 33)},
    "odd": {"hidden_layer_sizes": (131, 17), "activation": "tanh"},
    "no_hidden": {"hidden_layer_sizes": ()},
    "dropout": {"hidden_layer_sizes": (128, 64), "dropout": 0.5},
    "two_dropouts": {"hidden_layer_sizes": (96, 64), "dropout": (0.0, 0.3)},
    "batch_norm": {"hidden_layer_sizes": (128, 64), "normalization": "batch"},
    "layer_norm": {"hidden_layer_sizes": (128, 64), "normalization": "layer"},
    "everything": {
        "hidden_layer_sizes": (96, 64),
        "activation": ("gelu", "elu"),
        "normalization": "batch",
        "dropout": 0.2,
        "max_grad_norm": 0.5,
        "weight_decay": 0.01,
        "label_smoothing": 0.1,
        "class_weight": "balanced",
    },
}
SOLVERS = ["sgd", "adam", "adamw", "nadam", "rmsprop", "adagrad", "adadelta", "lion", "lbfgs"]
N_JOBS = [2, 3, 4]


def make_data(n_samples=700, n_features=61, dtype=np.float64, seed=0):
    random = np.random.RandomState(seed)
    X = random.standard_normal((n_samples, n_features))
    scores = X @ random.standard_normal((n_features, 5))
    return X.astype(dtype), np.argmax(scores, axis=1), scores


def fit(estimator, *arguments, **keywords):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        return estimator.fit(*arguments, **keywords)


def state(model):
    """Everything that training gives, as bytes."""
    arrays = model._weights()
    values = [np.asarray(getattr(model, "loss_curve_", [model.loss_])), np.asarray(model.loss_)]
    return b"".join(np.ascontiguousarray(array).tobytes() for array in arrays + values)


def assert_same_for_any_n_jobs(estimator, X, y, **keywords):
    one = fit(clone(estimator).set_params(n_jobs=1), X, y, **keywords)
    method = "predict_proba" if hasattr(one, "predict_proba") else "predict"
    outputs = getattr(one, method)(X)
    for n_jobs in N_JOBS:
        several = fit(clone(estimator).set_params(n_jobs=n_jobs), X, y, **keywords)
        assert state(several) == state(one), f"n_jobs={n_jobs}"
        assert getattr(several, method)(X).tobytes() == outputs.tobytes()
    return one


@needs_jit
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_n_jobs(architecture, dtype):
    X, y, _ = make_data(dtype=dtype)
    estimator = MLPClassifier(
        **ARCHITECTURES[architecture], batch_size=300, max_iter=2, random_state=0
    )
    model = assert_same_for_any_n_jobs(estimator, X, y)
    assert model.coefs_[0].dtype == dtype


@needs_jit
@pytest.mark.parametrize("solver", SOLVERS)
def test_n_jobs_and_solvers(solver):
    X, y, scores = make_data()
    settings = {"solver": solver, "batch_size": 256, "max_iter": 2, "random_state": 1}
    assert_same_for_any_n_jobs(MLPClassifier((128,), **settings), X, y)
    regressor = MLPRegressor(hidden_layer_sizes=(64, 64), learning_rate_init=1e-4, **settings)
    assert_same_for_any_n_jobs(regressor, X, scores)


@needs_jit
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("solver", ["adam", "lbfgs"])
def test_n_jobs_and_sparse_input(solver, dtype):
    X, y, _ = make_data(n_features=400, dtype=dtype)
    X = sparse.csr_array(np.where(X > 1.5, X, 0))
    estimator = MLPClassifier((128,), solver=solver, batch_size=256, max_iter=2, random_state=0)
    assert_same_for_any_n_jobs(estimator, X, y)


@needs_jit
@pytest.mark.parametrize("parameters", [{}, {"early_stopping": True}, {"shuffle": False}])
def test_n_jobs_with_weights(parameters):
    X, y, _ = make_data()
    weight = np.random.RandomState(0).uniform(0, 2, len(X))
    estimator = MLPClassifier(
        (96, 96), batch_size=300, max_iter=3, random_state=0, dropout=0.1, **parameters
    )
    assert_same_for_any_n_jobs(estimator, X, y, sample_weight=weight)


@needs_jit
@pytest.mark.parametrize("batch_size", [1, 5, 64, 699, 700])
def test_n_jobs_and_batch_sizes(batch_size):
    X, y, _ = make_data(n_samples=200 if batch_size < 64 else 700)
    estimator = MLPClassifier((64,), batch_size=batch_size, max_iter=1, random_state=0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        assert_same_for_any_n_jobs(estimator, X, y)


@needs_jit
def test_n_jobs_and_partial_fit():
    X, y, _ = make_data()
    models = [
        MLPClassifier((128,), batch_size=256, dropout=0.2, random_state=0, n_jobs=n_jobs)
        for n_jobs in (1, 2, 4)
    ]
    for model in models:
        for _ in range(3):
            model.partial_fit(X, y, classes=np.unique(y))
    assert len({state(model) for model in models}) == 1


@needs_jit
def test_several_threads_work_on_a_large_batch(monkeypatch):
    """The comparisons above mean something: n_jobs=3 does start workers."""
    X, y, _ = make_data(n_samples=2000)
    started = []
    start = threading.Thread.start

    def spy(thread):
        started.append(thread)
        start(thread)

    monkeypatch.setattr(threading.Thread, "start", spy)
    model = MLPClassifier((256, 256), batch_size=1000, max_iter=1, random_state=0, n_jobs=3)
    fit(model, X, y)
    assert len(started) >= 2


def make_images(n_samples=100, shape=(8, 7, 2), dtype=np.float32):
    random = np.random.RandomState(0)
    X = random.standard_normal((n_samples, *shape)).astype(dtype)
    return X, np.argmax(X.mean(axis=(1, 2)) @ random.standard_normal((shape[-1], 3)), axis=1)


def residual(filters, strides=1):
    block = [
        Conv2D(filters, 3, strides=strides, padding="same", use_bias=False), BatchNorm(),
        Activation("relu"), Conv2D(filters, 3, padding="same", use_bias=False), BatchNorm(),
    ]
    return Residual(block, "projection", activation="relu")


EVERY_LAYER = [
    Conv2D(6, 3, "gelu", padding="same", groups=2), LayerNorm(), GaussianNoise(0.1), MaxPool(3),
    Parallel([[Conv2D(5, 1), RReLU()], [AvgPool(3, strides=1, padding=1), PReLU()]]),
    UpSampling2D(2, "bilinear"), SpatialDropout(0.2), residual(7, strides=2), APL(),
    Conv2DTranspose(3, strides=2), Flatten(), Maxout(9, 3), Dropout(0.3), Dense(3, "softmax"),
]
IMAGE_MODELS = {
    "default": ConvNetClassifier(filters=(5, 9), hidden_layer_sizes=17),
    "noise": ConvNetClassifier(
        filters=(6, 3), normalization="batch", dropout=0.4, augmentation=["flip", "crop", "mixup"]
    ),
    "every_augmentation": ConvNetClassifier(
        filters=4, augmentation=["shift", "rotate", "cutout", Mixup(0.5)], max_grad_norm=0.1
    ),
    "lenet5": ConvNetClassifier(architecture="lenet5"),
    "residual": NeuralNetClassifier(
        [Conv2D(4), BatchNorm(), residual(4), residual(8, 2), GlobalAvgPool()], solver="sgd"
    ),
    "every_layer": NeuralNetClassifier(EVERY_LAYER, weight_decay=0.01),
    "regressor": ConvNetRegressor(filters=(5, 3), normalization="batch", pooling="average"),
    "image_to_image": NeuralNetRegressor(
        [Conv2D(4, padding="same"), BatchNorm(), Activation("tanh"), Conv2D(2, padding="same")]
    ),
    "lbfgs": ConvNetClassifier(filters=4, solver="lbfgs", augmentation="mixup"),
}


def image_targets(name, X, y):
    return {"regressor": X.mean(axis=(1, 2)), "image_to_image": 2 * X}.get(name, y)


@needs_jit
@pytest.mark.parametrize("weighted", [False, True], ids=["even", "weighted"])
@pytest.mark.parametrize("name", IMAGE_MODELS)
def test_n_jobs_and_images(name, weighted):
    """Batches of 50: no multiple of a vector, a share or a span."""
    X, y = make_images()
    weight = {"sample_weight": np.random.RandomState(1).uniform(0, 2, len(X))} if weighted else {}
    estimator = clone(IMAGE_MODELS[name]).set_params(batch_size=64, max_iter=2, random_state=0)
    assert_same_for_any_n_jobs(estimator, X, image_targets(name, X, y), **weight)


@needs_jit
@pytest.mark.filterwarnings("ignore:.*batch normalization needs:UserWarning")
@pytest.mark.parametrize(("batch_size", "n_rows"), [(1, 4), (7, 22), (37, 75), (74, 75)])
@pytest.mark.parametrize("name", ["noise", "every_layer"])
def test_n_jobs_and_batches_of_images(name, batch_size, n_rows):
    X, y = make_images(n_rows, dtype=np.float64)
    y[:2] = 0, 1
    estimator = clone(IMAGE_MODELS[name]).set_params(batch_size=batch_size, max_iter=1)
    assert_same_for_any_n_jobs(estimator.set_params(random_state=0), X, y)


@needs_jit
@pytest.mark.parametrize("name", IMAGE_MODELS)
def test_long_batches_and_small_chunks(name, monkeypatch):
    """A batch that takes longer than a slice is run a part of its rows at a time."""
    X, y = make_images()
    estimator = clone(IMAGE_MODELS[name]).set_params(batch_size=80, max_iter=1, random_state=0)
    weight = np.random.RandomState(1).uniform(0, 2, len(X))
    y = image_targets(name, X, y)
    expected = fit(clone(estimator), X, y, sample_weight=weight)
    for n_jobs, slice_seconds, chunk_bytes in [(1, 1e-9, 1), (3, 1e-9, 1 << 40), (2, 0.05, 1)]:
        monkeypatch.setattr(timings, "SLICE_SECONDS", slice_seconds)
        monkeypatch.setattr(chunks, "CHUNK_BYTES", chunk_bytes)
        model = fit(clone(estimator).set_params(n_jobs=n_jobs), X, y, sample_weight=weight)
        assert state(model) == state(expected), (n_jobs, slice_seconds, chunk_bytes)
        assert model.predict(X).tobytes() == expected.predict(X).tobytes()


@needs_jit
@pytest.mark.parametrize("kind", ["float", "bytes"])
@pytest.mark.parametrize("name", IMAGE_MODELS)
def test_images_are_predicted_alone(name, kind):
    X, y = make_images()
    targets, images = image_targets(name, X, y), make_images(270)[0]
    if kind == "bytes":
        X, images = (np.clip(128 + 60 * Z, 0, 255).astype(np.uint8) for Z in (X, images))
    model = clone(IMAGE_MODELS[name]).set_params(batch_size=64, max_iter=1, random_state=0)
    fit(model, X, targets)
    features = FeatureExtractor(FrozenEstimator(model), 1).fit(X)
    calls = [getattr(model, "predict_proba", model.predict), features.transform]
    for call in calls:
        whole, order = call(images), np.random.RandomState(0).permutation(270)
        alone = np.concatenate([call(images[i : i + 1]) for i in range(20)])
        assert alone.tobytes() == whole[:20].tobytes()
        for start, stop in ((0, 7), (5, 22), (17, 270), (255, 258)):
            assert call(images[start:stop]).tobytes() == whole[start:stop].tobytes()
        assert call(images[order]).tobytes() == whole[order].tobytes()
    several = {model.set_params(n_jobs=n).predict(images).tobytes() for n in (1, 2, 3, 4)}
    assert len(several) == 1


@needs_jit
def test_n_jobs_and_partial_fits_on_images():
    X, y = make_images()
    models = [clone(IMAGE_MODELS["noise"]).set_params(n_jobs=n, random_state=0) for n in (1, 2, 4)]
    for model in models:
        for _ in range(3):
            model.partial_fit(X, y, classes=[0, 1, 2])
    assert len({state(model) for model in models}) == 1


def predictors():
    """Fitted models whose predictions are compared to the bit."""
    X, y, scores = make_data(n_samples=150, n_features=37)
    common = {"max_iter": 2, "random_state": 0}
    return {
        "classifier": fit(MLPClassifier((45, 19), **common), X, y),
        "binary": fit(MLPClassifier((33,), activation="tanh", **common), X, y > 1),
        "batch_norm": fit(MLPClassifier((45,), normalization="batch", **common), X, y),
        "layer_norm": fit(MLPClassifier((45,), normalization="layer", **common), X, y),
        "single": fit(MLPClassifier((45, 70), dtype="float32", **common), X, y),
        "regressor": fit(MLPRegressor(hidden_layer_sizes=(50, 7), **common), X, scores),
        "poisson": fit(MLPRegressor("poisson", (21,), **common), X, np.abs(scores)),
    }


@pytest.fixture(scope="module")
def models():
    return predictors()


@needs_jit
@pytest.mark.parametrize("method", ["predict", "predict_proba", "decision_function"])
@pytest.mark.parametrize(
    "name", ["classifier", "binary", "batch_norm", "layer_norm", "single", "regressor", "poisson"]
)
@pytest.mark.parametrize("kind", ["dense", "csr"])
def test_rows_are_predicted_alone(models, name, method, kind):
    model = models[name]
    if not hasattr(model, method):
        assert method != "predict"
        return
    call = getattr(model, method)
    X = make_data(n_samples=211, n_features=37, seed=3)[0]
    if kind == "csr":
        X = sparse.csr_array(np.where(np.abs(X) > 0.8, X, 0.0))
    whole = call(X)
    assert b"".join(call(X[i : i + 1]).tobytes() for i in range(40)) == whole[:40].tobytes()
    for start, stop in ((0, 7), (5, 22), (17, 211), (64, 128), (210, 211)):
        assert call(X[start:stop]).tobytes() == whole[start:stop].tobytes()
    order = np.random.RandomState(0).permutation(211)
    assert call(X[order]).tobytes() == whole[order].tobytes()
    assert call(X[::-1][:100]).tobytes() == whole[::-1][:100].tobytes()
    repeated = np.repeat(np.arange(3), 70)
    assert call(X[repeated]).tobytes() == whole[repeated].tobytes()


@needs_jit
@pytest.mark.parametrize("name", ["classifier", "regressor", "batch_norm"])
def test_predictions_do_not_depend_on_n_jobs(models, name):
    model = clone(models[name])
    model.__dict__.update(models[name].__dict__)
    X = make_data(n_samples=3001, n_features=37, seed=3)[0]
    method = "predict_proba" if hasattr(model, "predict_proba") else "predict"
    outputs = {getattr(model.set_params(n_jobs=n), method)(X).tobytes() for n in (1, 2, 3, 4)}
    assert len(outputs) == 1


@needs_jit
@pytest.mark.parametrize("name", ["classifier", "single", "regressor"])
def test_predictions_do_not_depend_on_layout(models, name):
    model = models[name]
    X = make_data(n_samples=90, n_features=37, seed=3)[0]
    padded = np.zeros((180, 74))
    padded[::2, ::2] = X
    reversed_twice = X[::-1].copy()[::-1]
    expected = model.predict(X).tobytes()
    for layout in (np.asfortranarray(X), padded[::2, ::2], reversed_twice, X.tolist()):
        assert model.predict(layout).tobytes() == expected


SMALL = {"max_iter": 3, "batch_size": 8, "hidden_layer_sizes": (5,), "dropout": 0.4}


def test_same_random_state_gives_the_same_bits():
    X, y, _ = make_data(n_samples=30, n_features=4)
    models = [fit(MLPClassifier(random_state=7, **SMALL), X, y) for _ in range(2)]
    assert state(models[0]) == state(models[1])


def test_refit_forgets_the_first_fit():
    X, y, _ = make_data(n_samples=30, n_features=4)
    model = MLPClassifier(random_state=7, **SMALL)
    first = state(fit(model, X, y))
    fit(model, X[::2], y[::2])
    assert state(fit(model, X, y)) == first


def test_other_random_states_differ():
    X, y, _ = make_data(n_samples=30, n_features=4)
    states = [7, 8, None, None, np.random.RandomState(0)]
    models = [fit(MLPClassifier(random_state=s, **SMALL), X, y) for s in states]
    assert len({state(model) for model in models}) == len(states)


@needs_jit
def test_dropout_alone_follows_the_random_state():
    """With the same weights, order and data, the dropped units still depend on the seed."""
    X, y, _ = make_data(n_samples=60, n_features=4)
    base = fit(MLPClassifier((20,), max_iter=1, random_state=0, dropout=0.5), X, y)
    losses = set()
    for seed in range(4):
        model = clone(base).set_params(shuffle=False, warm_start=True)
        fit(model, X, y)
        for kind in ("coefs_", "intercepts_"):
            for ours, theirs in zip(getattr(model, kind), getattr(base, kind), strict=True):
                ours[...] = theirs
        losses.add(fit(model.set_params(random_state=seed), X, y).loss_)
    assert len(losses) == 4


@needs_jit
def test_global_seed_reproduces_random_state_none():
    X, y, _ = make_data(n_samples=60, n_features=4)
    states = []
    for _ in range(2):
        np.random.seed(11)
        states.append(state(fit(MLPClassifier((9,), max_iter=2, dropout=0.2), X, y)))
    assert states[0] == states[1]


@needs_jit
def test_fit_leaves_the_global_random_state_alone():
    X, y, _ = make_data(n_samples=60, n_features=4)
    np.random.seed(5)
    before = np.random.get_state()[1].tobytes()
    fit(MLPClassifier((9,), max_iter=2, dropout=0.2, random_state=0), X, y)
    assert np.random.get_state()[1].tobytes() == before


@needs_jit
def test_same_bits_in_another_process(run_python):
    code = """
        import hashlib, warnings
        import numpy as np
        from skneural import MLPClassifier
        warnings.simplefilter("ignore")
        random = np.random.RandomState(0)
        X, y = random.standard_normal((300, 20)), random.randint(0, 3, 300)
        model = MLPClassifier((64, 30), dropout=0.3, max_iter=3, random_state=0).fit(X, y)
        digest = hashlib.sha256(model.predict_proba(X).tobytes())
        for array in model.coefs_ + model.intercepts_:
            digest.update(np.ascontiguousarray(array).tobytes())
        print(digest.hexdigest())
    """
    outputs = {
        run_python(code, env={"NUMBA_NUM_THREADS": n, "PYTHONHASHSEED": n}).stdout
        for n in ("1", "2")
    }
    assert len(outputs) == 1

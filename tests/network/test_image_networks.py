"""Whole networks on images: gradients, fits at once, processes, kinds of input and copies."""

import copy
import pickle
import warnings
from concurrent.futures import ThreadPoolExecutor

import joblib
import numpy as np
import pytest
from numpy.testing import assert_array_equal
from sklearn.base import clone, is_classifier
from sklearn.exceptions import ConvergenceWarning

from _helpers import close, randomize
from skneural import (
    ConvNetClassifier,
    ConvNetRegressor,
    FeatureExtractor,
    NeuralNetClassifier,
    NeuralNetRegressor,
)
from skneural.layers import (
    APL,
    Activation,
    AvgPool,
    BatchNorm,
    Conv1D,
    Conv2D,
    Conv2DTranspose,
    Dense,
    Dropout,
    Flatten,
    GaussianNoise,
    GlobalAvgPool,
    GlobalMaxPool,
    LayerNorm,
    Maxout,
    MaxPool,
    Parallel,
    PReLU,
    Residual,
    Scale,
    SpatialDropout,
    UpSampling2D,
)
from skneural.losses import LogLoss
from skneural.network.network import Network

needs_jit = pytest.mark.needs_jit(reason="many fits")

# Gradients of whole networks

N_ROWS, N_CLASSES = 9, 3
WEIGHTS = np.array([0.5, 2.0, 1.0, 0.0, 3.0, 1.5, 1.0, 0.25, 1.0])
NORMALISATIONS = {"plain": None, "batch": BatchNorm, "layer": LayerNorm}


def normalised(convolution, kind):
    norm = NORMALISATIONS[kind]
    return [convolution, *([norm()] if norm else []), Activation("tanh")]


def pooling(kind, rate):
    return [
        *normalised(Conv2D(3, 3, padding="same"), kind), MaxPool(2), Dropout(rate),
        *normalised(Conv2D(2, (2, 1), strides=(1, 2), padding=(1, 0)), kind), AvgPool((2, 1)),
        Flatten(), Dense(4, "silu"), Dropout(rate), Dense(N_CLASSES),
    ]


def residual(kind, rate):
    block = [*normalised(Conv2D(4, 3, strides=2, padding="same"), kind), Conv2D(4, 1)]
    branches = [[SpatialDropout(rate), Conv2D(2, 1, "gelu")], MaxPool(3, strides=1, padding=1)]
    return [
        Scale(0.5), Residual(block, "projection", activation="silu"), Parallel(branches),
        Residual([*normalised(Conv2D(6, 3, padding="same", groups=3), kind)]),
        GlobalAvgPool(), Dense(N_CLASSES),
    ]


def enlarging(kind, rate):
    return [
        *normalised(Conv2DTranspose(2, 3, strides=2), kind), UpSampling2D((1, 2), "bilinear"),
        GaussianNoise(rate), PReLU(), Conv2D(3, 3, "tanh", dilation_rate=2), Dropout(rate), APL(),
        GlobalMaxPool(), Maxout(N_CLASSES),
    ]


def series(kind, rate):
    return [
        *normalised(Conv1D(4, 3, padding="same"), kind), Dropout(rate), AvgPool(2),
        Residual(normalised(Conv1D(4, 2, padding="same", use_bias=False), kind)), Flatten(),
        Dense(N_CLASSES),
    ]


NETWORKS = {pooling: (4, 5, 2), residual: (4, 5, 2), enlarging: (3, 2, 2), series: (7, 3)}


@pytest.mark.parametrize("weights", [None, WEIGHTS], ids=["even", "weighted"])
@pytest.mark.parametrize("rate", [0.0, 0.3], ids=["", "noise"])
@pytest.mark.parametrize("kind", NORMALISATIONS)
@pytest.mark.parametrize("make", NETWORKS, ids=lambda make: make.__name__)
def test_gradient_is_the_central_difference(make, kind, rate, weights):
    """Along every variable by itself where it is small, and in random directions."""
    shape, random = NETWORKS[make], np.random.default_rng(0)
    loss = LogLoss().for_targets("multiclass")
    network = Network(make(kind, rate), shape, loss, N_CLASSES, np.float64)
    randomize(network, seed=3)
    x, y = random.normal(0, 1, (N_ROWS, *shape)), random.integers(0, 3, (N_ROWS, 1)).astype(float)
    settings = {"batch_size": N_ROWS, "alpha": 0.1, "n_jobs": 1, "seed": 5}
    trained = network.parameters[: network.n_trained]
    with network.training_session(x, y, weights, **settings) as session:
        gradient, start = session.loss_and_gradient()[1].copy(), network.parameters.copy()

        def slope(direction, step=1e-6):
            losses = []
            for sign in (1, -1):
                network.parameters[:] = start
                trained[:] += sign * step * direction
                losses.append(session.loss_and_gradient()[0])
            return (losses[0] - losses[1]) / (2 * step)

        for number in range(len(network.layers)):
            for slot in network.slots(number).values():
                if not slot.trained:
                    continue
                place = slice(slot.offset, slot.offset + slot.values.size)
                direction = np.zeros(network.n_trained)
                direction[place] = random.choice([-1.0, 1.0], slot.values.size)
                close(gradient @ direction, slope(direction), 1e-6)
                direction[:] = 0
                direction[random.integers(place.start, place.stop)] = 1
                close(gradient @ direction, slope(direction), 1e-6)


# Fits at once

N, SHAPE = 60, (7, 6, 2)
RANDOM = np.random.default_rng(1)
X = (np.round(RANDOM.normal(0, 4, (N, *SHAPE))) / 4).clip(-9, 9)  # float16 holds them
LABELS = np.arange(N) % 3
SHORT = {"batch_size": 16, "max_iter": 2, "random_state": 0}
CONVNET = {"filters": (4, 5), "hidden_layer_sizes": 9, **SHORT}
MODELS = {
    "convnet": ConvNetClassifier(**CONVNET),
    "augmented": ConvNetClassifier(
        normalization="batch", dropout=0.3, augmentation=["flip", "crop", "mixup"], **CONVNET
    ),
    "convnet_regressor": ConvNetRegressor(normalization="batch", **CONVNET),
    "net": NeuralNetClassifier(
        [Conv2D(4), BatchNorm(), Residual([Conv2D(4, padding="same"), PReLU()]), Flatten(),
         Dropout(0.2), Dense(3, "softmax")], **SHORT
    ),
    "image_to_image": NeuralNetRegressor([Conv2D(3, padding="same"), Conv2D(2, 1)], **SHORT),
}
EXTRACTOR = FeatureExtractor(MODELS["net"])
each = pytest.mark.parametrize("name", MODELS)
quiet = pytest.mark.usefixtures("quiet")


def targets(name, images=X):
    if is_classifier(MODELS[name]):
        return LABELS
    return images if name == "image_to_image" else X.mean(axis=(1, 2, 3))


def fit(name, images=X, **parameters):
    return clone(MODELS[name]).set_params(**parameters).fit(images, targets(name))


def bits(model):
    return [np.ascontiguousarray(array).tobytes() for array in model._weights()]


@needs_jit
@pytest.mark.parametrize("n_jobs", [None, 2])
def test_four_fits_in_threads(n_jobs, no_leaked_threads):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        alone = [bits(fit(name)) for name in MODELS]
        with ThreadPoolExecutor(4) as pool:
            together = list(pool.map(lambda name: bits(fit(name, n_jobs=n_jobs)), MODELS))
            assert together == alone
            model = fit("augmented")
            expected = model.predict_proba(X).tobytes()
            assert {p.tobytes() for p in pool.map(model.predict_proba, [X] * 12)} == {expected}


PROCESSES = """
import hashlib, os, warnings
import numpy as np
from joblib import Parallel, delayed
from skneural import ConvNetClassifier

warnings.simplefilter("ignore")
random = np.random.RandomState(0)
X, y = random.uniform(size=(150, 10, 10, 2)).astype(np.float32), np.arange(150) % 3

def digest(seed):
    model = ConvNetClassifier(
        (8, 9), normalization="batch", dropout=0.2, augmentation=["flip", "mixup"],
        batch_size=60, max_iter=2, random_state=seed,
    ).fit(X, y)
    arrays = [*model._weights(), model.predict_proba(X)]
    return hashlib.sha256(b"".join(np.ascontiguousarray(a).tobytes() for a in arrays)).hexdigest()

if __name__ == "__main__":
    alone = [digest(seed) for seed in range(3)]
    backends = ["threading", "loky"] + ["multiprocessing"] * hasattr(os, "fork")
    for backend in backends:
        together = Parallel(n_jobs=2, backend=backend)(delayed(digest)(s) for s in range(3))
        assert together == alone, backend
    for _ in range(2 * hasattr(os, "fork")):
        child = os.fork()
        if child == 0:
            os._exit(0 if digest(0) == alone[0] else 3)
        assert digest(1) == alone[1]
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    print("same")
"""


@needs_jit
def test_backends_and_a_fork_after_a_fit(run_python):
    assert run_python(PROCESSES).stdout.strip() == "same"


# Kinds of input


def read_only(x):
    x = x.copy()
    x.flags.writeable = False
    return x


def strided(x):
    wide = np.full((2 * len(x), *x.shape[1:-1], 3 * x.shape[-1]), np.nan)
    wide[::2, ..., ::3] = x
    return wide[::2, ..., ::3]


def unaligned(x):
    view = np.zeros(x.nbytes + 1, np.uint8)[1:].view(x.dtype).reshape(x.shape)
    view[...] = x
    return view


def channels_first(x):
    return np.ascontiguousarray(x.transpose(0, 3, 1, 2)).transpose(0, 2, 3, 1)


SAME = {
    "fortran": np.asfortranarray,
    "read_only": read_only,
    "strided": strided,
    "unaligned": unaligned,
    "big_endian": lambda x: x.astype(">f8"),
    "channels_first": channels_first,
    "backwards": lambda x: x[::-1].copy()[::-1],
    "list": lambda x: x.tolist(),
    "list_of_images": list,
    "object": lambda x: x.astype(object),
    "half": lambda x: x.astype(np.float16),
}


@quiet
@pytest.mark.parametrize("kind", SAME)
@pytest.mark.parametrize("name", ["convnet", "net", "image_to_image"])
def test_the_same_images_give_the_same_bits(name, kind):
    expected, given = fit(name), SAME[kind](X)
    y = SAME[kind](X) if name == "image_to_image" else LABELS
    model = clone(MODELS[name]).fit(given, y)
    assert bits(model) == bits(expected)
    assert_array_equal(model.predict(given), expected.predict(X))
    assert_array_equal(model.predict(X), expected.predict(X))
    assert bits(model.partial_fit(given, y)) == bits(expected.partial_fit(X, targets(name)))


@quiet
@pytest.mark.parametrize("dtype", [bool, np.int8, np.int64, np.uint16, np.uint8])
@pytest.mark.parametrize("name", ["convnet", "augmented", "net"])
def test_numbers_of_any_type(name, dtype):
    """Equal numbers are equal, whatever type holds them; networks of bytes are of float32."""
    images = np.abs(X * 4).astype(np.int64).clip(0, 1 if dtype is bool else 100)
    expected = images.astype(np.float64)
    if dtype is np.uint8 and name != "net":
        expected = expected.astype(np.float32)
    given = images.astype(dtype)
    before = given.copy()
    ours, theirs = fit(name, given), fit(name, expected)
    assert bits(ours) == bits(theirs)
    assert_array_equal(ours.predict_proba(given), theirs.predict_proba(expected))
    assert_array_equal(given, before)


@quiet
@pytest.mark.parametrize("dtype", [np.float64, np.uint8])
@pytest.mark.parametrize("name", ["convnet", "net"])
def test_memory_mapped_images(name, dtype, tmp_path):
    images = np.abs(X * 4).astype(dtype)
    np.save(tmp_path / "images.npy", images)
    mapped = np.load(tmp_path / "images.npy", mmap_mode="r")
    model = fit(name, mapped)
    assert bits(model) == bits(fit(name, images))
    assert_array_equal(model.predict_proba(mapped), model.predict_proba(images))


@quiet
@pytest.mark.parametrize("name", ["convnet", "net"])
def test_frames_of_flat_images(name):
    pandas = pytest.importorskip("pandas")
    flat = X.reshape(N, -1)
    columns = [f"pixel{i}" for i in range(flat.shape[1])]
    frame = pandas.DataFrame(flat, columns=columns)
    shape = {"image_shape" if name == "convnet" else "input_shape": SHAPE}
    model = fit(name, frame, **shape)
    assert bits(model) == bits(fit(name))
    assert list(model.feature_names_in_) == columns
    assert_array_equal(model.predict(frame), fit(name).predict(X))
    with pytest.raises(ValueError, match="feature names"):
        model.predict(frame[columns[::-1]])


@each
@quiet
def test_given_arrays_stay_as_they_are(name):
    weight = np.linspace(0.5, 2, N)
    y = targets(name)
    before = joblib.hash((X, y, weight))
    model = clone(MODELS[name]).fit(X, y, sample_weight=weight, X_val=X[:9], y_val=y[:9])
    model.partial_fit(X, y).predict(X)
    assert joblib.hash((X, y, weight)) == before


# Copies


@each
@quiet
@pytest.mark.parametrize("how", ["pickle", "deepcopy", "joblib", "mmap"])
def test_copies_predict_and_train_on(name, how, tmp_path):
    model, y = fit(name), targets(name)
    expected = model.predict(X)
    if how in ("joblib", "mmap"):
        joblib.dump(model, tmp_path / "model")
        other = joblib.load(tmp_path / "model", mmap_mode="r" if how == "mmap" else None)
    else:
        other = copy.deepcopy(model) if how == "deepcopy" else pickle.loads(pickle.dumps(model))
    assert_array_equal(other.predict(X), expected)
    assert other.get_layer(0).output_shape == model.get_layer(0).output_shape
    other.partial_fit(X, y)
    assert_array_equal(model.predict(X), expected)
    assert bits(other) == bits(model.partial_fit(X, y))


@quiet
def test_copies_of_an_extractor(tmp_path):
    model = clone(EXTRACTOR).fit(X, LABELS)
    expected = model.transform(X)
    joblib.dump(model, tmp_path / "model")
    mapped = joblib.load(tmp_path / "model", mmap_mode="r")
    for other in (mapped, copy.deepcopy(model), pickle.loads(pickle.dumps(model))):
        assert_array_equal(other.transform(np.asfortranarray(X)), expected)

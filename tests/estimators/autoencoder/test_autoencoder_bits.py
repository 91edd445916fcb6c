"""Autoencoders give the same bits for any n_jobs, in any threads and for any grouping of rows."""

import warnings
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from scipy import sparse
from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning

from skneural import AutoencoderTransformer, NeuralOutlierDetector
from skneural.engine import chunks, timings
from skneural.layers import BatchNorm, ContractiveDense, Dense, GaussianSampling, MaskingNoise

needs_jit = pytest.mark.needs_jit(reason="large enough to be shared between threads")

WIDE = {"hidden_layer_sizes": (96, 33), "n_components": 17, "batch_size": 300}
OWN = (
    [MaskingNoise(0.3), ContractiveDense(65, "tanh"), BatchNorm(), Dense(34), GaussianSampling()],
    [Dense(40, "gelu"), Dense(64, "logistic")],
)
MODELS = {
    "plain": AutoencoderTransformer(**WIDE),
    "tied": AutoencoderTransformer(**WIDE, tied_weights=True, noise="gaussian"),
    "tied_contractive": AutoencoderTransformer(
        **WIDE, tied_weights=True, contractive=0.1, noise="salt_and_pepper", max_grad_norm=0.1
    ),
    "l1": AutoencoderTransformer(**WIDE, sparsity="l1", noise="masking", weight_decay=0.01),
    "kl": AutoencoderTransformer(**WIDE, sparsity="kl", code_activation="logistic"),
    "variational": AutoencoderTransformer(**WIDE, variational=True, loss="log_loss"),
    "pretrained": AutoencoderTransformer(
        **WIDE, pretraining="layerwise", pretraining_max_iter=2, noise="masking"
    ),
    "conv": AutoencoderTransformer(
        **WIDE, architecture="conv", filters=(5, 9), input_shape=(8, 8, 1), noise="masking"
    ),
    "own": AutoencoderTransformer(architecture=OWN, batch_size=300, solver="nadam"),
    "lbfgs": AutoencoderTransformer(**WIDE, solver="lbfgs", tied_weights=True, contractive=0.1),
    "detector": NeuralOutlierDetector(**WIDE, variational=True),
}
each_model = pytest.mark.parametrize("name", MODELS)


def make_X(dtype=np.float32):
    return np.random.RandomState(0).uniform(size=(700, 64)).astype(dtype)


def make(name, **parameters):
    return clone(MODELS[name]).set_params(max_iter=2, random_state=0, **parameters)


def fit(estimator, X, **keywords):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        return estimator.fit(X, **keywords)


def state(model, X):
    arrays = [*model._weights(), np.asarray(model.loss_curve_), model.score_samples(X)]
    if hasattr(model, "transform"):
        arrays += [model.transform(X), model.reconstruct(X)]
    return b"".join(np.ascontiguousarray(array).tobytes() for array in arrays)


@needs_jit
@pytest.mark.parametrize("weighted", [False, True], ids=["even", "weighted"])
@each_model
def test_n_jobs(name, weighted):
    X = make_X()
    weight = {"sample_weight": np.random.RandomState(1).uniform(0, 2, len(X))} if weighted else {}
    one = state(fit(make(name, n_jobs=1), X, **weight), X)
    for n_jobs in (2, 3):
        assert state(fit(make(name, n_jobs=n_jobs), X, **weight), X) == one


@needs_jit
@pytest.mark.parametrize("name", ["plain", "tied", "l1"])
@pytest.mark.parametrize("kind", [sparse.csr_matrix, lambda X: (X * 255).astype(np.uint8)])
def test_n_jobs_where_targets_are_gathered(name, kind):
    X = kind(make_X())
    weight = np.random.RandomState(1).uniform(0, 2, X.shape[0])
    one = state(fit(make(name, n_jobs=1), X, sample_weight=weight), X)
    assert state(fit(make(name, n_jobs=3), X, sample_weight=weight), X) == one


@needs_jit
@each_model
def test_long_batches_and_small_chunks(name, monkeypatch):
    """A batch that takes longer than a slice is run a part of its rows at a time."""
    X = make_X()[:300]
    weight = np.random.RandomState(1).uniform(0, 2, len(X))
    expected = state(fit(make(name, n_jobs=1), X, sample_weight=weight), X)
    monkeypatch.setattr(timings, "SLICE_SECONDS", 1e-9)
    monkeypatch.setattr(chunks, "CHUNK_BYTES", 1)
    for n_jobs in (1, 2):
        model = make(name, n_jobs=n_jobs)
        assert state(fit(model, X, sample_weight=weight), X) == expected


@needs_jit
def test_fits_in_threads(no_leaked_threads):
    X = make_X()
    estimators = [make(name) for name in MODELS]
    alone = [state(fit(clone(estimator), X), X) for estimator in estimators]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        with ThreadPoolExecutor(4) as pool:
            together = list(pool.map(lambda estimator: estimator.fit(X), estimators))
    assert [state(model, X) for model in together] == alone


@needs_jit
@each_model
def test_a_model_goes_through_pickle(name):
    import pickle

    X = make_X()
    model = fit(make(name), X)
    assert state(pickle.loads(pickle.dumps(model)), X) == state(model, X)

"""AutoencoderTransformer: its forms, its methods and what it learns."""

import itertools
import time
import warnings

import numpy as np
import pytest
from scipy import sparse
from scipy.linalg import subspace_angles
from sklearn.base import clone
from sklearn.datasets import load_digits
from sklearn.decomposition import PCA
from sklearn.exceptions import ConvergenceWarning
from sklearn.frozen import FrozenEstimator
from sklearn.model_selection import GridSearchCV, train_test_split
from sklearn.neighbors import KNeighborsClassifier

from _helpers import central_differences, close
from skneural import (
    AutoencoderTransformer,
    MLPClassifier,
    MLPRegressor,
)
from skneural.estimators.base import predictor as _predictor
from skneural.estimators.mlp.initial_encoder import encoder_kernels
from skneural.layers import (
    Activation,
    BatchNorm,
    Conv2D,
    Conv2DTranspose,
    Dense,
    Flatten,
    GaussianSampling,
    TransposedDense,
)
from skneural.losses import Huber
from skneural.training.epochs import Training

needs_jit = pytest.mark.needs_jit(reason="fits that last many epochs")

TANH = {"activation": "tanh"}
FORMS = {
    "plain": TANH,
    "deep": {**TANH, "hidden_layer_sizes": (6, 5), "code_activation": "logistic"},
    "linear": {"hidden_layer_sizes": ()},
    "log_loss": {**TANH, "loss": "log_loss"},
    "bounded": {**TANH, "output_activation": "logistic", "loss": Huber(0.3)},
    "gaussian": {**TANH, "noise": "gaussian"},
    "masking": {**TANH, "noise": "masking"},
    "salt_and_pepper": {**TANH, "noise": "salt_and_pepper"},
    "l1": {**TANH, "sparsity": "l1", "sparsity_weight": 0.7},
    "kl": {**TANH, "code_activation": "logistic", "sparsity": "kl", "sparsity_weight": 0.7},
    "contractive": {**TANH, "code_activation": "logistic", "contractive": 0.3},
    "variational": {**TANH, "variational": True},
    "beta": {**TANH, "variational": True, "beta": 4.0, "loss": "log_loss", "noise": "masking"},
    "tied": {**TANH, "tied_weights": True, "hidden_layer_sizes": (6, 5)},
    "tied_contractive": {**TANH, "tied_weights": True, "contractive": 0.2, "noise": "gaussian"},
    "pretrained": {**TANH, "pretraining": "layerwise", "hidden_layer_sizes": (6, 5)},
    "conv": {**TANH, "architecture": "conv", "filters": (2, 3), "input_shape": (4, 3, 1)},
    "given": {"architecture": ([Dense(5, "tanh"), BatchNorm(), Dense(3)], [Dense(12, "logistic")])},
}
each_form = pytest.mark.parametrize("form", FORMS)


def make_X(n_samples=20, n_features=12, seed=0):
    return np.random.RandomState(seed).uniform(0.05, 0.95, (n_samples, n_features))


def make(form="plain", **parameters):
    settings = {"n_components": 3, "hidden_layer_sizes": (6,), "random_state": 0, "max_iter": 3}
    return AutoencoderTransformer(**(settings | FORMS[form] | parameters))


def fit(estimator, X, *arguments, **keywords):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        return estimator.fit(X, *arguments, **keywords)


def digits():
    X, y = load_digits(return_X_y=True)
    return X / 16, y


@pytest.mark.parametrize("weighted", [False, True], ids=["even", "weighted"])
@each_form
def test_the_whole_loss_has_the_gradient_of_central_differences(form, weighted):
    X = make_X()
    network = _predictor.predictor(fit(make(form), X))
    weights = np.random.RandomState(1).uniform(0, 2, len(X)) if weighted else None
    session = network.training_session(
        X, X, weights, batch_size=len(X), alpha=0.3, n_jobs=1, seed=5
    )
    statistics = network.parameters[network.n_trained :].copy()

    def loss():
        network.parameters[network.n_trained :] = statistics
        return session.loss_and_gradient()[0]

    with session:
        gradient = session.loss_and_gradient()[1]
        expected = central_differences(loss, network.parameters[: network.n_trained])
    close(gradient, expected)


@each_form
def test_transform_and_inverse_transform_make_a_reconstruction(form):
    X = make_X()
    model = fit(make(form), X)
    codes = model.transform(X)
    assert codes.shape == (20, 3)
    np.testing.assert_array_equal(codes, fit(make(form), X).transform(X))
    reconstructed = model.reconstruct(X)
    np.testing.assert_allclose(model.inverse_transform(codes), reconstructed, rtol=1e-12)
    assert reconstructed.shape == X.shape
    assert list(model.get_feature_names_out())[-1] == "autoencodertransformer2"


@each_form
def test_scores_are_minus_the_losses(form):
    X = make_X()
    model = fit(make(form), X)
    R = model.reconstruct(X)
    if form in ("log_loss", "beta"):
        expected = (X * np.log(R) + (1 - X) * np.log(1 - R)).sum(axis=1)
    elif form == "bounded":
        error = np.abs(X - R)
        expected = -np.where(error > 0.3, 0.3 * (error - 0.15), error**2 / 2).mean(axis=1)
    else:
        expected = -((X - R) ** 2).mean(axis=1) / 2
    np.testing.assert_allclose(model.score_samples(X), expected, rtol=1e-6)
    weight = np.arange(20.0)
    np.testing.assert_allclose(
        model.score(X, sample_weight=weight), np.average(model.score_samples(X), weights=weight)
    )


@each_form
def test_a_row_is_encoded_and_scored_alone(form):
    X = make_X(300)
    model = fit(make(form), X)
    codes, scores = model.transform(X), model.score_samples(X)
    for rows in (slice(0, 1), slice(299, 300), slice(100, 290)):
        np.testing.assert_array_equal(model.transform(X[rows]), codes[rows])
        np.testing.assert_array_equal(model.score_samples(X[rows]), scores[rows])


@each_form
def test_partial_fit_is_an_epoch(form):
    X = make_X()
    one = fit(make(form, max_iter=1, shuffle=False), X)
    other = make(form, shuffle=False).partial_fit(X)
    np.testing.assert_array_equal(one.transform(X), other.transform(X))
    assert other.partial_fit(X).t_ == 40


@pytest.mark.parametrize("form", [f for f in FORMS if f not in ("conv", "kl", "given")])
def test_weights_stand_for_repetitions(form):
    """Up to the noise, which is drawn for each row."""
    X = make_X()
    repeated = np.repeat(X, 2, axis=0)
    weighted = make(form, noise=None, solver="lbfgs")
    if weighted.variational:
        return
    one = fit(clone(weighted), X, sample_weight=np.full(20, 2.0))
    two = fit(clone(weighted), repeated)
    np.testing.assert_allclose(one.transform(X), two.transform(X), rtol=1e-4, atol=1e-6)


@each_form
def test_rows_of_no_weight_are_ignored(form):
    if form in ("conv", "given"):
        return
    X, junk = make_X(), 3 * make_X(20, seed=9) - 1
    if form in ("log_loss", "beta"):
        junk = junk.clip(0, 1)
    weight = np.r_[np.ones(20), np.zeros(20)]
    model = make(form, solver="lbfgs", alpha=0)
    one = fit(clone(model), X)
    two = fit(clone(model), np.r_[X, junk], sample_weight=weight)
    np.testing.assert_allclose(one.loss_, two.loss_, rtol=1e-3)


@pytest.mark.parametrize("form", ["plain", "masking", "salt_and_pepper", "tied", "log_loss"])
def test_sparse_X_is_dense_X(form):
    X = make_X() * (np.random.RandomState(3).uniform(size=(20, 12)) < 0.4)
    dense, thin = fit(make(form), X), fit(make(form), sparse.csr_matrix(X))
    np.testing.assert_allclose(thin.transform(X), dense.transform(X), rtol=1e-9, atol=1e-12)
    for method in ("transform", "reconstruct", "score_samples"):
        np.testing.assert_allclose(
            getattr(dense, method)(sparse.csc_array(X)), getattr(dense, method)(X), rtol=1e-9
        )
    assert dense.score(sparse.csr_matrix(X)) == pytest.approx(dense.score(X))


@pytest.mark.parametrize("form", ["plain", "log_loss", "salt_and_pepper", "conv"])
@pytest.mark.parametrize("kind", [np.uint8, np.float32])
def test_grey_levels_are_divided_by_the_highest(form, kind):
    """And reconstructions are grey levels again."""
    levels = np.r_[(make_X() * 255).astype(np.uint8), [[255] * 12]].reshape(21, 4, 3)
    X = levels.astype(np.float32) * np.float32(1 / 255)
    levels = levels.astype(kind)
    model, expected = fit(make(form), levels), fit(make(form), X)
    assert model.rescale_ == 1 / 255 and expected.rescale_ is None
    assert model.transform(levels).dtype == np.float32
    np.testing.assert_allclose(model.transform(levels), expected.transform(X), rtol=1e-5)
    np.testing.assert_allclose(model.score_samples(levels), expected.score_samples(X), 1e-5)
    reconstructed = expected.reconstruct(X)
    np.testing.assert_allclose(model.reconstruct(levels), reconstructed * 255, rtol=1e-4)
    decoded = model.inverse_transform(model.transform(levels))
    np.testing.assert_allclose(decoded, reconstructed * 255, rtol=1e-4)
    weight = np.arange(21.0)
    np.testing.assert_allclose(
        fit(make(form), levels, sample_weight=weight).loss_,
        fit(make(form), X, sample_weight=weight).loss_,
        rtol=1e-5,
    )


def test_layers_are_pretrained_on_rescaled_images():
    levels = np.r_[(make_X() * 255).astype(np.uint8), [[255] * 12]].reshape(21, 4, 3)
    X = levels.astype(np.float32) * np.float32(1 / 255)
    settings = {"hidden_layer_sizes": (6,), "pretraining": "layerwise", "pretraining_max_iter": 2}
    models = [fit(make(**settings), Z) for Z in (levels, X)]
    np.testing.assert_allclose(models[0].loss_curve_, models[1].loss_curve_, rtol=1e-6)


@pytest.mark.parametrize("kind", [np.asarray, sparse.csr_matrix])
@pytest.mark.parametrize("as_bytes", [False, True])
def test_the_range_of_X_is_that_of_rows_with_a_weight(kind, as_bytes):
    X = make_X(8) * (make_X(8, seed=3) < 0.6)
    X = (200 * X).astype(np.uint8) if as_bytes else X - 0.1 * (X > 0)
    far = np.r_[X, np.full((2, 12), 255, X.dtype)]
    weight = np.r_[np.ones(8), 0, 0]
    one = fit(make("salt_and_pepper"), kind(X)).get_layer("noise").layer
    two = fit(make("salt_and_pepper"), kind(far), sample_weight=weight).get_layer("noise").layer
    assert (one.low, one.high) == (two.low, two.high) == (X.min(), X.max())


@pytest.mark.parametrize("kind", [np.asarray, sparse.csr_matrix])
def test_the_targets_are_no_copy_of_X(kind, monkeypatch):
    from skneural.network.network import Network

    given = []
    build = Network.training_session

    def spy(self, X, y, *arguments, **keywords):
        given.append((X, y))
        return build(self, X, y, *arguments, **keywords)

    monkeypatch.setattr(Network, "training_session", spy)
    fit(make(early_stopping=True), kind(make_X()))
    assert given[0][0] is given[0][1]


def test_images_keep_their_shape():
    images = make_X(12, 48).reshape(12, 4, 6, 2)
    for architecture in ("dense", "conv"):
        model = fit(make(architecture=architecture, filters=(3,)), images)
        assert model.transform(images).shape == (12, 3)
        assert model.reconstruct(images).shape == images.shape
        assert model.inverse_transform(model.transform(images)).shape == images.shape
        flat = images.reshape(12, 48)
        assert model.reconstruct(flat).shape == flat.shape
        np.testing.assert_array_equal(model.transform(flat), model.transform(images))


def test_layers_of_an_image_with_odd_sides():
    images = make_X(12, 35).reshape(12, 7, 5)
    model = fit(make("conv", filters=(2, 3), input_shape=None), images)
    assert model.reconstruct(images).shape == (12, 7, 5)


def test_filters_of_conv_are_no_larger_than_the_image():
    X = make_X(12, 12)
    models = [fit(make("conv", kernel_size=size), X) for size in (99, (4, 3))]
    sizes = [v["kernel"].shape[:2] for v in models[0].weights_.values() if v["kernel"].ndim == 4]
    assert sizes == [(4, 3), (2, 3), (2, 3), (4, 3)]
    np.testing.assert_array_equal(models[0].transform(X), models[1].transform(X))


def test_an_architecture_of_ones_own():
    images = make_X(12, 64).reshape(12, 8, 8)
    encoder = [Conv2D(4, 3, "relu", strides=2, padding="same"), ("squeeze", Conv2D(2, 1))]
    decoder = [Conv2DTranspose(1, 3, strides=2, padding="same"), Activation("logistic")]
    model = make(architecture=(encoder, decoder), loss="log_loss", input_shape=(8, 8, 1))
    fit(model, images)
    assert model.transform(images).shape == (12, 32)
    assert model.get_layer("encoder_squeeze").output_shape == (4, 4, 2)
    assert model.out_activation_ == "logistic"
    assert model.reconstruct(images).max() < 1


def test_layers_of_ones_own_have_parameters():
    """By the names that the layers of the fitted network have."""
    parts = ([Dense(5, "tanh"), ("code", Dense(3))], [("wide", Dense(6)), Dense(12)])
    model = make(architecture=parts, sparsity="l1")
    assert model.get_params()["encoder_dense__units"] == 5
    model = clone(model).set_params(encoder_code__units=2, decoder_wide="passthrough")
    assert isinstance(model.architecture, tuple)
    assert parts[0][1][1].units == 3
    assert fit(model, make_X()).transform(make_X()).shape == (20, 2)
    assert model._built.names == ["encoder_dense", "encoder_code", "sparsity", "decoder_dense"]
    model.set_params(encoder_dense="passthrough", sparsity=None, encoder_code=Dense(4))
    assert fit(model, make_X()).transform(make_X()).shape == (20, 4)
    search = GridSearchCV(make(architecture=parts), {"encoder_code__units": [1, 2]}, cv=2)
    assert fit(search, make_X()).best_params_["encoder_code__units"] in (1, 2)


def test_a_variational_architecture_of_ones_own_draws():
    model = make(architecture=([Dense(6, "tanh"), Dense(4), GaussianSampling()], [Dense(12)]))
    fit(model, make_X())
    assert model.transform(make_X()).shape == (20, 2)
    assert model.sample(5, random_state=0).shape == (5, 12)


def test_samples_are_drawn():
    model = fit(make("variational"), make_X())
    drawn = model.sample(7, random_state=3)
    np.testing.assert_array_equal(drawn, model.sample(7, random_state=3))
    codes = np.random.RandomState(3).standard_normal((7, 3))
    np.testing.assert_array_equal(drawn, model.inverse_transform(codes))
    assert not hasattr(make("plain"), "sample")


@pytest.mark.parametrize("fitted", [False, True])
def test_why_no_samples_are_drawn_is_told(fitted):
    model = fit(make("plain"), make_X()) if fitted else make("plain")
    with pytest.raises(AttributeError, match=r"AutoencoderTransformer: sample.*variational=True"):
        model.sample()


@pytest.mark.parametrize("sparsity", [None, "l1"])
def test_whether_samples_are_drawn_is_told_by_the_fitted_layers(sparsity):
    model = fit(make("variational", sparsity=sparsity), make_X()).set_params(variational=False)
    assert model.sample(2).shape == (2, 12)
    model = fit(make("plain", sparsity=sparsity), make_X()).set_params(variational=True)
    assert not hasattr(model, "sample")
    with pytest.raises(AttributeError, match="variational=True"):
        model.sample()


def test_sparse_codes_are_refused_by_name(raises_unchanged):
    model = fit(make(), make_X())
    codes = sparse.csr_matrix(model.transform(make_X()))
    fragments = ["AutoencoderTransformer", "Sparse"]
    raises_unchanged(model, fragments, "inverse_transform", codes, error=TypeError)


@needs_jit
@pytest.mark.parametrize("n_samples", [0, -1, 2.5, True, "a"])
def test_samples_are_a_whole_number_of_them(n_samples, raises_unchanged):
    model = fit(make(variational=True), make_X())
    raises_unchanged(model, [f"n_samples={n_samples!r}", "> 0"], "sample", n_samples)


@pytest.mark.parametrize("architecture", [(), (1, 2), ([], [])])
def test_an_architecture_that_is_none_can_still_be_shown(architecture):
    model = AutoencoderTransformer(architecture=architecture)
    assert "AutoencoderTransformer" in model._repr_html_()
    assert not model.__sklearn_tags__().input_tags.sparse
    assert not hasattr(model, "sample")


def test_sparse_X_is_refused_where_the_first_layer_does_not_read_it(raises_unchanged):
    model = AutoencoderTransformer(architecture=([TransposedDense(3)], [Dense(12)]))
    raises_unchanged(model, ["Sparse"], "fit", sparse.csr_matrix(make_X()), error=TypeError)


def test_a_linear_autoencoder_finds_the_subspace_of_pca():
    X, _ = digits()
    model = AutoencoderTransformer(
        8, (), alpha=0, solver="lbfgs", max_iter=2000, max_fun=20000, tol=1e-7, random_state=0
    )
    kernel = fit(model, X).weights_["output"]["kernel"]
    angles = subspace_angles(kernel.T, PCA(8).fit(X).components_.T)
    assert angles.max() < 1e-2


@needs_jit
@pytest.mark.slow
def test_two_curved_components_tell_digits_apart_better_than_two_principal_ones():
    X, y = digits()
    X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0, stratify=y)

    def accuracy(model):
        fit(model, X_train)
        neighbors = KNeighborsClassifier(5).fit(model.transform(X_train), y_train)
        return neighbors.score(model.transform(X_test), y_test)

    curved = AutoencoderTransformer(2, (128, 64), max_iter=200, tol=0, random_state=0)
    assert accuracy(curved) >= accuracy(PCA(2)) + 0.15


@needs_jit
def test_a_denoising_autoencoder_restores():
    X, _ = digits()
    noisy = X * (np.random.RandomState(0).uniform(size=X.shape) < 0.7)
    plain = fit(AutoencoderTransformer(30, (64,), max_iter=40, random_state=0), X)
    denoising = fit(clone(plain).set_params(noise="masking", noise_level=0.3), X)
    errors = [np.mean((model.reconstruct(noisy) - X) ** 2) for model in (plain, denoising)]
    assert errors[1] < 0.8 * errors[0]


@needs_jit
def test_penalties_do_what_they_are_for():
    X, _ = digits()
    settings = {"max_iter": 40, "random_state": 0, "code_activation": "logistic"}
    plain = fit(AutoencoderTransformer(30, (), **settings), X)
    sparse_ = fit(AutoencoderTransformer(30, (), sparsity="kl", sparsity_weight=2, **settings), X)
    assert abs(sparse_.transform(X).mean() - 0.05) < abs(plain.transform(X).mean() - 0.05) / 3
    contractive = fit(AutoencoderTransformer(30, (), contractive=1, **settings), X)

    def norm(model):
        codes, kernel = model.transform(X), model.weights_["code"]["kernel"]
        return ((codes * (1 - codes)) ** 2 @ (kernel**2).sum(axis=0)).mean()

    assert norm(contractive) < norm(plain) / 2
    linear = settings | {"code_activation": "identity"}
    l1 = fit(AutoencoderTransformer(30, (), sparsity="l1", sparsity_weight=0.5, **linear), X)
    free = fit(AutoencoderTransformer(30, (), **linear), X)
    assert np.abs(l1.transform(X)).mean() < np.abs(free.transform(X)).mean() / 2


@needs_jit
def test_codes_of_a_variational_autoencoder_are_about_standard_normal():
    X, _ = digits()
    model = AutoencoderTransformer(4, (64,), max_iter=60, random_state=0)
    free = fit(clone(model), X).transform(X)
    codes = fit(model.set_params(variational=True, beta=0.1), X).transform(X)
    assert np.abs(codes.mean(axis=0)).max() < np.abs(free.mean(axis=0)).max() / 2
    assert 0.5 < codes.std(axis=0).max() < 1.5


def test_penalties_are_part_of_the_loss_reported():
    X = make_X()
    for form in ("l1", "kl", "contractive", "variational"):
        off = {"variational": {"beta": 0}, "contractive": {"contractive": 0}}
        without = off.get(form, {"sparsity_weight": 0})
        alone = fit(make(form, max_iter=1, **without), X).loss_
        assert fit(make(form, max_iter=1), X).loss_ > alone + 1e-3


def test_tied_weights_are_one_array():
    X = make_X()
    model = fit(make("tied"), X)
    assert set(model.weights_["output"]) == {"bias"}
    kernels = [model.weights_[name]["kernel"] for name in ("encoder_1", "encoder_2", "code")]
    values = model.transform(X)
    for name, kernel in zip(("decoder_1", "decoder_2", "output"), kernels[::-1]):
        values = values @ kernel.T + model.weights_[name]["bias"]
        values = np.tanh(values) if name != "output" else values
    np.testing.assert_allclose(model.reconstruct(X), values, rtol=1e-9)
    kernels[0][:] = 0
    assert np.ptp(model.transform(X), axis=0).max() == 0


@pytest.mark.parametrize("solver", ["adam", "lbfgs"])
@pytest.mark.parametrize("max_time", [1e-9, 0.2])
def test_pretraining_is_part_of_the_time(max_time, solver, monkeypatch):
    """All of it is spent on the first layers; the others begin as they were drawn."""
    fitted = []
    learn = AutoencoderTransformer._train

    def spy(self, *arguments, **keywords):
        fitted.append(self.n_components)
        return learn(self, *arguments, **keywords)

    monkeypatch.setattr(AutoencoderTransformer, "_train", spy)
    monkeypatch.setattr(time, "perf_counter", itertools.count(step=0.06).__next__)
    long = {"max_iter": 20, "pretraining_max_iter": 20, "tol": 0}
    model = fit(make("pretrained", max_time=max_time, solver=solver, **long), make_X())
    assert model.n_iter_ == 1
    assert fitted == ([3] if max_time < 0.1 else [3, 6])


@pytest.mark.parametrize("where", ["Training._out_of_time", "Training.finish"])
@pytest.mark.parametrize("solver", ["adam", "lbfgs"])
def test_an_interrupt_in_pretraining_ends_the_fit(solver, where, monkeypatch):
    """In an epoch of the second layer, or after its last one."""
    calls, whole = [], Training.finish

    def interrupt(self, *arguments):
        if self.rules.max_iter == 3:  # that of pretraining
            calls.append(1)
            if len(calls) == (4 if where.endswith("time") else 2):
                raise KeyboardInterrupt
        return whole(self, *arguments) if arguments else False

    monkeypatch.setattr(f"skneural.training.epochs.{where}", interrupt)
    settings = {"pretraining_max_iter": 3, "tol": 0, "early_stopping": solver == "adam"}
    model = make("pretrained", solver=solver, max_iter=50, **settings)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        model.fit(make_X())
    assert [str(w.message) for w in caught] == [
        "Training interrupted by user. (AutoencoderTransformer)"
    ]
    assert (model.n_iter_, model.loss_curve_) == (0, [])
    assert len(calls) == (4 if where.endswith("time") else 2)
    monkeypatch.undo()
    assert np.isfinite(model.transform(make_X())).all()
    assert np.isfinite(model.reconstruct(make_X())).all()
    if solver == "adam":
        assert fit(model.set_params(early_stopping=False), make_X()).n_iter_ == 50
        model.partial_fit(make_X())
        assert model.n_iter_ == 1


def test_pretraining_warns_once_of_what_is_not_used():
    model = make("pretrained", solver="lbfgs", weight_decay=0.1)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        model.fit(make_X())
    assert sum("weight_decay=0.1" in str(warning.message) for warning in caught) == 1


@needs_jit
def test_pretraining_begins_nearer_the_goal():
    X, _ = digits()
    deep = {"n_components": 8, "hidden_layer_sizes": (64, 32), "max_iter": 1, "random_state": 0}
    plain = fit(AutoencoderTransformer(**deep), X)
    stacked = fit(AutoencoderTransformer(**deep, pretraining="layerwise"), X)
    assert stacked.loss_ < plain.loss_ / 2
    weight = np.r_[np.ones(900), np.zeros(897)]
    half = fit(AutoencoderTransformer(**deep, pretraining="layerwise"), X, sample_weight=weight)
    assert half.loss_ != stacked.loss_


@pytest.mark.parametrize("form", ["plain", "tied", "variational", "contractive"])
def test_an_encoder_is_where_a_perceptron_begins(form):
    X, y = make_X(), np.arange(20) % 2
    encoder = fit(make(form, code_activation=make(form).code_activation), X)
    sizes = (*encoder.hidden_layer_sizes, 3)
    settings = {"activation": "tanh", "random_state": 0, "max_iter": 1}
    for kind, target in ((MLPClassifier, y), (MLPRegressor, X[:, 0])):
        model = kind(hidden_layer_sizes=sizes, learning_rate_init=1e-12, alpha=0, **settings)
        fit(model.set_params(initial_encoder=encoder), X, target)
        given = encoder_kernels(encoder)
        for own, own_bias, (kernel, bias) in zip(model.coefs_, model.intercepts_, given):
            np.testing.assert_allclose(own, kernel, atol=1e-9)
            np.testing.assert_allclose(own_bias, bias, atol=1e-9)


def test_a_transposed_layer_is_where_a_perceptron_begins():
    X = make_X()
    encoder = fit(AutoencoderTransformer(architecture=([TransposedDense(12)], [Dense(12)])), X)
    start = {"learning_rate_init": 1e-12, "alpha": 0, "max_iter": 1, "random_state": 0}
    network = MLPRegressor(hidden_layer_sizes=(12,), initial_encoder=encoder, **start)
    fit(network, X, X[:, 0])
    (kernel,) = (w["kernel"] for name, w in encoder.weights_.items() if "encoder" in name)
    np.testing.assert_allclose(network.coefs_[0], kernel.T, atol=1e-9)


def test_an_encoder_of_rescaled_X_begins_with_weights_for_X_as_it_is():
    X = make_X() * 64
    settings = {"activation": "tanh", "code_activation": "tanh", "rescale": 1 / 64}
    encoder = fit(AutoencoderTransformer(5, (), **settings), X)
    (kernel, bias), = encoder_kernels(encoder)
    np.testing.assert_allclose(np.tanh(X @ kernel + bias), encoder.transform(X), atol=1e-9)


def test_a_frozen_encoder_goes_through_a_grid_search():
    X, y = make_X(), np.arange(20) % 2
    encoder = FrozenEstimator(fit(make(), X))
    model = MLPClassifier((6, 3), initial_encoder=encoder, max_iter=1, random_state=0)
    search = fit(GridSearchCV(model, {"alpha": [0.1, 1.0]}, cv=2), X, y)
    assert search.best_estimator_.initial_encoder is encoder


def test_encoders_that_do_not_fit(raises_unchanged):
    X, y = make_X(), np.arange(20) % 2
    encoder = fit(make(), X)
    for sizes, given, fragments in [
        ((5, 3), encoder, ["initial_encoder", "[6, 3]", "(12, 5)"]),
        ((), encoder, ["initial_encoder", "hidden_layer_sizes=()"]),
        ([], FrozenEstimator(encoder), ["initial_encoder", "hidden_layer_sizes=[]"]),
        ((6, 3), make(), ["not fitted", "FrozenEstimator"]),
        ((6, 3), fit(make("conv"), X), ["conv_1", "not dense"]),
    ]:
        model = MLPClassifier(sizes, initial_encoder=given)
        raises_unchanged(model, ["MLPClassifier", *fragments], "fit", X, y)
    model = MLPClassifier((6, 3), initial_encoder=PCA())
    raises_unchanged(model, ["no AutoencoderTransformer"], "fit", X, y, error=TypeError)


def test_a_grid_search_ranks_by_reconstruction():
    X = make_X(60)
    search = fit(GridSearchCV(make(max_iter=30), {"n_components": [1, 6]}, cv=2), X)
    assert search.best_params_ == {"n_components": 6}


def test_validation_data():
    X, X_val = make_X(), make_X(8, seed=4)
    model = fit(make(early_stopping=True, max_iter=5), X, X_val=X_val, sample_weight_val=[1] * 8)
    assert len(model.validation_scores_) == model.n_iter_
    assert model.best_validation_score_ == pytest.approx(model.score(X_val))
    seen = []
    judged = make(
        early_stopping=True, scoring=lambda fitted, X, y: seen.append(X is y) or fitted.score(X)
    )
    fit(judged, X)
    assert all(seen)


BAD = [
    ({"tied_weights": True, "variational": True}, ["tied_weights=True", "variational"]),
    ({"contractive": 0.1, "variational": True}, ["contractive=0.1"]),
    ({"contractive": 0.1, "activation": "gelu"}, ["activation='gelu'", "contractive"]),
    ({"tied_weights": True, "architecture": "conv"}, ["tied_weights", "dense"]),
    ({"sparsity": "kl"}, ["sparsity='kl'", "code_activation='logistic'"]),
    ({"variational": True, "code_activation": "relu"}, ["code_activation='relu'"]),
    ({"architecture": "conv"}, ["architecture='conv'", "input_shape"]),
    ({"noise": "masking", "noise_level": 1.5}, ["noise_level=1.5"]),
    ({"loss": "log_loss", "output_activation": "tanh"}, ["output_activation='tanh'", "log_loss"]),
    ({"hidden_layer_sizes": (0,)}, ["hidden_layer_sizes", "> 0"]),
    ({"input_shape": (5, 5)}, ["input_shape=(5, 5)", "25", "12"]),
    ({"architecture": [Dense(3)]}, ["architecture", "pair"]),
    ({"architecture": ([Dense(3)], [Dense(7)])}, ["(7,)", "(12,)"]),
    ({"architecture": ([Dense(3)], [Dense(12)]), "variational": True}, ["GaussianSampling"]),
    ({"architecture": ([Flatten], [Dense(12)])}, ["Flatten(...), an instance"]),
    ({"architecture": ([], [Dense(12)])}, ["architecture", "a layer in both parts"]),
    ({"architecture": (["passthrough"], [Dense(12)])}, ["architecture", "a layer in both parts"]),
    ({"architecture": ([Dense(3)], [Dense(12)]), "sparsity": "kl"}, ["'kl'", "'logistic'"]),
    (
        {"architecture": ([Dense(3)], [Dense(12)]), "output_activation": "relu"},
        ["output_activation='relu'", "the decoder's last layer"],
    ),
    (
        {"architecture": ([Dense(3)], [Dense(12, "relu")]), "loss": "log_loss"},
        ["activation='relu'", "'logistic'"],
    ),
    ({"loss": "hinge"}, ["loss"]),
]


@pytest.mark.parametrize(("parameters", "fragments"), BAD, ids=[str(p) for p, _ in BAD])
def test_parameters_that_do_not_go_together(parameters, fragments, raises_unchanged):
    model = AutoencoderTransformer(3, (6,)).set_params(**parameters)
    raises_unchanged(model, ["AutoencoderTransformer", *fragments], "fit", make_X())


def test_data_that_cannot_be_used(raises_unchanged):
    X = make_X()
    model = fit(make(), X)
    raises_unchanged(make(loss="log_loss"), ["log_loss", "0 and 1"], "fit", X * 3)
    raises_unchanged(make(loss="poisson"), ["poisson", ">= 0"], "fit", -X)
    of_pixels = fit(make(loss="log_loss"), X)
    for method in ("score_samples", "score"):
        raises_unchanged(of_pixels, ["log_loss", "0 and 1"], method, X * 3)
    raises_unchanged(model, ["12 features"], "transform", X[:, :5])
    raises_unchanged(model, ["codes have 3", "5"], "inverse_transform", X[:, :5])
    raises_unchanged(make("conv"), ["Sparse"], "fit", sparse.csr_matrix(X), error=TypeError)
    for method in ("transform", "score_samples", "score", "partial_fit"):
        raises_unchanged(model, ["NaN"], method, np.where(X > 0.9, np.nan, X))

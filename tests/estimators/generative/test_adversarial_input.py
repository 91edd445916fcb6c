"""Invalid data and parameters of adversarial networks, and the warnings of a fit."""

import warnings

import numpy as np
import pytest
from scipy import sparse

from skneural import GenerativeAdversarialNetwork
from skneural.estimators.generative.collapse import collapse_notice, share_of_distinct

RANDOM = np.random.RandomState(0)
X, Y = RANDOM.normal(size=(40, 3)), np.arange(40) % 4
NAME = "GenerativeAdversarialNetwork"


def make_network(**parameters):
    return GenerativeAdversarialNetwork(
        **{"hidden_layer_sizes": 8, "max_iter": 1, "random_state": 0, **parameters}
    )


@pytest.mark.parametrize(
    ("parameters", "fragments"),
    [
        ({"discriminator_steps": 0}, ["discriminator_steps", "0"]),
        ({"latent_size": 2.5}, ["latent_size"]),
        ({"loss": "non_saturate"}, ["loss", "non_saturating"]),
        ({"label_smoothing": 1.0}, ["label_smoothing"]),
        ({"hidden_layer_sizes": (8, 0)}, ["hidden_layer_sizes=(8, 0)"]),
        ({"filters": ()}, ["filters=()"]),
        ({"input_shape": (4, 4)}, ["input_shape=(4, 4)", "16", "3"]),
        ({"input_shape": (3, 0)}, ["input_shape=(3, 0)"]),
        ({"architecture": "convolutional"}, ["convolutional", "(3,)", "input_shape"]),
    ],
)
def test_invalid_parameters_are_named(parameters, fragments):
    with pytest.raises(ValueError) as caught:
        make_network(**parameters).fit(X)
    assert all(fragment in str(caught.value) for fragment in [NAME, *fragments])


@pytest.mark.parametrize(
    ("given", "y", "fragments"),
    [
        (np.where(X > 2, np.nan, X), None, ["NaN"]),
        (X, np.linspace(0, 1, 40), ["continuous"]),
        (X, np.ones((40, 2)), ["2"]),
        (X, Y[:-1], ["inconsistent"]),
        (X[:0], None, ["0 sample"]),
    ],
)
def test_invalid_data(given, y, fragments):
    network = make_network()
    with pytest.raises(ValueError) as caught:
        network.fit(given, y)
    assert all(fragment in str(caught.value) for fragment in fragments)
    assert not hasattr(network, "n_features_in_")


def test_sparse_rows_are_refused():
    with pytest.raises(TypeError, match=r"Sparse data.*toarray"):
        make_network().fit(sparse.csr_array(X))


@pytest.mark.parametrize("n_samples", [0, 2.5, True, -1])
def test_numbers_of_samples(n_samples):
    with pytest.raises(ValueError, match=f"{NAME}: n_samples={n_samples!r}"):
        make_network().fit(X).sample(n_samples)


def test_classes_that_are_unknown():
    without, network = make_network().fit(X), make_network().fit(X, Y)
    with pytest.raises(ValueError, match="fitted without y: classes can't be asked for"):
        without.sample(10, y=3)
    with pytest.raises(ValueError, match=r"y=11 is not among the classes \[0, 1, 2, 3\]"):
        network.sample(10, y=11)
    with pytest.raises(ValueError, match=r"n_samples=10, but y has the shape \(3,\)"):
        network.sample(10, y=[0, 1, 2])
    with pytest.raises(ValueError, match="fitted without y"):
        without.score_samples(X, Y)
    with pytest.raises(ValueError, match="classes"):
        network.score_samples(X, Y + 9)


def test_partial_fit_needs_what_it_began_with():
    network, without = make_network().partial_fit(X, Y), make_network().partial_fit(X)
    with pytest.raises(ValueError, match="fitted with y, which is missing now"):
        network.partial_fit(X)
    with pytest.raises(ValueError, match="fitted without y, which is passed now"):
        without.partial_fit(X, Y)
    with pytest.raises(ValueError, match="classes"):
        network.partial_fit(X, Y + 1)
    with pytest.raises(ValueError, match="classes were passed, but no y"):
        make_network().partial_fit(X, classes=[0, 1])
    with pytest.raises(ValueError, match="3 features"):
        network.partial_fit(X[:, :2], Y)
    assert network.n_iter_ == 1


def test_a_later_fit_without_y_has_no_classes():
    network = make_network().fit(X, Y)
    assert not hasattr(network.fit(X), "classes_")
    assert network.sample(2).shape == (2, 3)


def test_layers_that_differ_from_earlier_ones_are_refused():
    network = make_network().fit(X).set_params(hidden_layer_sizes=9)
    with pytest.raises(ValueError, match=f"{NAME}.*partial_fit"):
        network.partial_fit(X)


def test_warnings_name_parameter_and_value():
    with pytest.warns(UserWarning, match="batch_size=64 is more than n_samples=40"):
        make_network(batch_size=64).fit(X)
    with pytest.warns(UserWarning, match="single row of the classes 9"):
        make_network().fit(X, np.r_[Y[:-1], 9])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        make_network().fit(X, Y)


def test_shares_of_distinct_rows():
    rows = np.repeat(RANDOM.normal(size=(5, 3)), 4, axis=0)
    assert share_of_distinct(rows + 1e-9 * RANDOM.normal(size=rows.shape), 1e-3) == 0.25
    assert share_of_distinct(np.zeros((20, 2)), 0.0) == 0.05


def test_a_collapse_is_noticed():
    drawn = np.zeros((200, 3)) + 1e-3 * RANDOM.normal(size=(200, 3))
    real = RANDOM.normal(size=(200, 3))
    notice = collapse_notice(NAME, real, drawn, [1.0], "hinge")
    assert all(text in notice for text in (NAME, "collapsed", "200 samples", "'hinge'"))
    notice = collapse_notice(NAME, real, real, [1.0, *[1e-4] * 5], "hinge")
    assert all(text in notice for text in (NAME, "0.001", "last 5 epochs"))
    assert collapse_notice(NAME, real, real, [1.0, *[1e-4] * 4], "hinge") is None
    few = real[RANDOM.randint(8, size=200)]  # X itself has few different rows
    assert collapse_notice(NAME, few, few, [1.0], "hinge") is None


def test_a_collapsed_fit_warns(monkeypatch):
    drawn = "skneural.estimators.generative.fitting._drawn"
    monkeypatch.setattr(drawn, lambda *_: np.zeros((200, 3)))
    with pytest.warns(UserWarning, match="the generator has collapsed"):
        make_network().fit(X)


def test_samples_alike_in_the_units_of_x_are_a_collapse():
    """Numbers of the generator beyond those of X are one and the same in its columns."""
    X = np.random.RandomState(0).normal(size=(400, 3))
    network = GenerativeAdversarialNetwork(
        2, hidden_layer_sizes=(16,), max_iter=60, generator_learning_rate=1.0,
        discriminator_learning_rate=1e-5, random_state=1,
    )
    with pytest.warns(UserWarning, match="the generator has collapsed"):
        network.fit(X)
    assert len(np.unique(network.sample(100, random_state=0), axis=0)) < 10


def test_whole_numbers_that_reals_do_not_hold_are_refused():
    ids = np.arange(40, dtype=np.int64)[:, None] + 2**60
    with pytest.raises(ValueError, match=r"whole numbers beyond 2 \*\* 53"):
        make_network().fit(ids)

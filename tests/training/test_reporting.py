"""What a fit prints: scikit-learn's lines, or a tqdm bar."""

import sys
import warnings

import numpy as np
import pytest
from sklearn.neural_network import MLPClassifier as Reference

from skneural import MLPClassifier

PARAMETERS = {"hidden_layer_sizes": (4,), "max_iter": 3, "random_state": 0}


def make_data():
    random = np.random.RandomState(0)
    X = random.standard_normal((40, 3))
    return X, (X[:, 0] > 0).astype(int)


def fit(estimator):
    with warnings.catch_warnings(action="ignore"):
        return estimator.fit(*make_data())


@pytest.mark.parametrize(
    "parameters",
    [
        {},
        {"early_stopping": True},
        {"tol": 10.0, "n_iter_no_change": 1},
        {"solver": "sgd", "learning_rate": "adaptive", "tol": 10.0, "n_iter_no_change": 1},
    ],
    ids=["epochs", "scores", "plateau", "adaptive"],
)
def test_lines_are_scikit_learns(parameters, capsys):
    settings = PARAMETERS | {"verbose": True} | parameters
    fit(Reference(**settings))
    expected = capsys.readouterr().out
    fit(MLPClassifier(**settings))
    assert capsys.readouterr().out.lower() == expected.lower()


def test_nothing_is_printed_by_default(capsys):
    fit(MLPClassifier(**PARAMETERS))
    assert capsys.readouterr() == ("", "")


def test_bar(capsys):
    pytest.importorskip("tqdm")
    fit(MLPClassifier(**PARAMETERS, verbose=2, early_stopping=True, target_loss=100.0))
    printed = capsys.readouterr()
    assert "target_loss=100" in printed.out + printed.err
    for word in ("MLPClassifier", "loss=", "samples/s=", "validation score="):
        assert word in printed.err


def test_lines_without_tqdm(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "tqdm.auto", None)
    with pytest.warns(UserWarning, match="MLPClassifier: verbose=2 .* tqdm"):
        MLPClassifier(**PARAMETERS, verbose=2).fit(*make_data())
    assert "Iteration 3, loss = " in capsys.readouterr().out


def test_lbfgs_prints_its_iterations(capsys):
    fit(MLPClassifier(**PARAMETERS, solver="lbfgs", verbose=1))
    assert "Iteration 3, loss = " in capsys.readouterr().out


def test_other_numbers_print_lines(capsys):
    fit(MLPClassifier(**PARAMETERS, verbose=10))
    assert "Iteration 3, loss = " in capsys.readouterr().out

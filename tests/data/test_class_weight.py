"""Class weights: with sample weights, a validation set, and several labels."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from skneural import MLPClassifier

RANDOM = np.random.RandomState(0)
X = RANDOM.standard_normal((60, 4))
THREE = np.argmax(X[:, :3], axis=1)
LABELS = (X[:, :3] > 0.3).astype(int)


def network(**parameters):
    settings = {"hidden_layer_sizes": (5,), "max_iter": 3, "random_state": 0} | parameters
    return MLPClassifier(**settings)


@pytest.mark.parametrize("y", [THREE, THREE > 0, LABELS], ids=["three", "two", "labels"])
def test_balanced_with_a_validation_set(y):
    """The validation set is weighed by the classes of the training set, and may lack some."""
    part = slice(0, 4)
    model = network(class_weight="balanced").fit(X, y, X_val=X[part], y_val=y[part])
    assert np.isfinite(model.validation_loss_curve_).all()


def test_validation_rows_have_the_weights_of_training():
    weights = {0: 1.0, 1: 2.0, 2: 0.5}
    rows = np.array([weights[label] for label in THREE])
    by_class = network(class_weight=weights).fit(X, THREE, X_val=X, y_val=THREE)
    by_row = network().fit(
        X, THREE, sample_weight=rows, X_val=X, y_val=THREE, sample_weight_val=rows
    )
    assert_allclose(by_class.validation_loss_curve_, by_row.validation_loss_curve_)


def test_a_dict_for_each_label_multiplies():
    weights = [{0: 1.0, 1: 2.0}, {0: 3.0, 1: 1.0}, {0: 1.0, 1: 0.5}]
    rows = np.prod([[w[v] for v in column] for w, column in zip(weights, LABELS.T)], axis=0)
    by_class = network(class_weight=weights).fit(X, LABELS)
    by_row = network().fit(X, LABELS, sample_weight=rows)
    assert_allclose(by_class.coefs_[0], by_row.coefs_[0], rtol=1e-10)


@pytest.mark.parametrize("weight", [{0: 1.0}, [{0: 1.0, 1: 1.0}]], ids=["dict", "too short"])
def test_labels_need_a_dict_each(weight):
    with pytest.raises(ValueError, match=r"MLPClassifier: class_weight=.*list of 3 dicts"):
        network(class_weight=weight).fit(X, LABELS)


def test_a_list_is_for_labels():
    with pytest.raises(ValueError, match=r"MLPClassifier: class_weight=.*multilabel"):
        network(class_weight=[{0: 1.0}]).fit(X, THREE)


@pytest.mark.parametrize(
    ("class_weight", "sample_weight"),
    [({0: 0, 1: 0, 2: 0}, None), ({0: 0, 1: 1, 2: 1}, (THREE == 0).astype(float))],
)
def test_weights_that_leave_nothing(class_weight, sample_weight):
    with pytest.raises(ValueError, match="MLPClassifier: sample_weight times class_weight is zero"):
        network(class_weight=class_weight).fit(X, THREE, sample_weight=sample_weight)

"""The small parts by themselves: scores, targets, weights, names."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy import sparse
from sklearn.metrics import accuracy_score, r2_score

from skneural._naming import did_you_mean, resolve
from skneural.estimators._inputs import check_weights
from skneural.estimators._pace import epoch_orders
from skneural.estimators._scores import accuracy, r2
from skneural.estimators._targets import ClassTargets


@pytest.mark.parametrize("n_columns", [1, 3])
@pytest.mark.parametrize("weighted", [False, True])
def test_accuracy(n_columns, weighted):
    random = np.random.RandomState(0)
    codes, expected = random.randint(0, 2, (2, 30, n_columns))
    weight = random.uniform(size=30) if weighted else None
    reference = accuracy_score(expected.squeeze(), codes.squeeze(), sample_weight=weight)
    assert_allclose(accuracy(codes, expected.astype(float), weight), reference, rtol=1e-14)


@pytest.mark.parametrize("weighted", [False, True])
def test_r2(weighted):
    random = np.random.RandomState(0)
    values, expected = random.standard_normal((2, 30, 4))
    expected[:, 2:] = 1.5
    values[:, 3] = 1.5
    weight = random.uniform(size=30) if weighted else None
    assert_allclose(r2(values, expected, weight), r2_score(expected, values, sample_weight=weight))
    values[0, 0] = np.inf
    assert np.isnan(r2(values, expected, weight))


@pytest.mark.parametrize(
    ("y", "kind", "encoded"),
    [
        (np.array(["b", "a", "b"]), "binary", [[1], [0], [1]]),
        (np.array([True, False]), "binary", [[1], [0]]),
        (np.array([7, 3, 5, 3]), "multiclass", [[2], [0], [1], [0]]),
        (np.array([[0, 1], [1, 1]]), "multilabel", [[0, 1], [1, 1]]),
    ],
    ids=["strings", "booleans", "integers", "indicators"],
)
def test_targets(y, kind, encoded):
    targets = ClassTargets.learn(y, "Owner")
    assert targets.kind == kind
    columns = targets.encode(y, np.dtype(np.float32))
    assert columns.dtype == np.float32
    assert_array_equal(columns, encoded)
    raw = 2.0 * columns - 1
    if kind == "multiclass":
        raw = np.eye(len(targets.classes))[columns[:, 0].astype(int)]
    assert_array_equal(targets.codes(raw), encoded)
    assert_array_equal(targets.decode(raw), y)
    assert targets.decode(raw).dtype == y.dtype


def test_sparse_labels_come_back_sparse():
    labels = sparse.csr_matrix([[0, 1], [1, 1]])
    targets = ClassTargets.learn(labels, "Owner")
    decoded = targets.decode(2.0 * targets.encode(labels, np.dtype(float)) - 1)
    assert sparse.issparse(decoded)
    assert_array_equal(decoded.toarray(), labels.toarray())


def test_several_columns_of_classes():
    with pytest.raises(ValueError, match="Owner|multiclass-multioutput"):
        ClassTargets.learn(np.array([[1, 2], [3, 4]]), "Owner")


def test_scalar_weight():
    assert_array_equal(check_weights("Owner", "sample_weight", 2, 3), [2.0, 2.0, 2.0])
    with pytest.raises(ValueError, match="Owner: sample_weight has negative values"):
        check_weights("Owner", "sample_weight", -1.0, 3)


def test_orders_are_composed():
    orders = epoch_orders(20, np.random.RandomState(0))
    first, second = next(orders), next(orders)
    state = np.random.RandomState(0)
    expected = state.permutation(20)
    assert_array_equal(first, expected)
    assert_array_equal(second, expected[state.permutation(20)])
    assert next(epoch_orders(20, None)) is None


def test_did_you_mean():
    assert did_you_mean("Adm", ["adam", "sgd"]) == " Did you mean 'adam'?"
    assert did_you_mean("zzz", ["adam"]) == did_you_mean(3, ["adam"]) == ""


def test_resolve():
    registry = {"list": list, "three": 3}
    assert resolve("thing", "list", registry) == []
    assert resolve("thing", "three", registry) == 3
    given = [1]
    assert resolve("thing", given, registry, base=list) is given
    with pytest.raises(ValueError, match="Owner: thing='lsit' is not known. Did you mean 'list'"):
        resolve("thing", "lsit", registry, "Owner")
    for wrong in (3.5, list):
        with pytest.raises(TypeError, match="Owner: thing=.* neither a name nor an instance"):
            resolve("thing", wrong, registry, "Owner", base=list)

"""Samples that make no array, and one sample where an array is needed, are told as such."""

import numpy as np
import pytest

from skneural import (
    AutoencoderTransformer,
    ConvNetClassifier,
    ConvNetRegressor,
    MLPClassifier,
    MLPRegressor,
    NeuralNetClassifier,
)

pytestmark = pytest.mark.usefixtures("quiet")

SHORT = {"max_iter": 1, "random_state": 0}
ROWS = [MLPClassifier(**SHORT), MLPRegressor(**SHORT)]
SHAPED = [
    NeuralNetClassifier(**SHORT),
    ConvNetClassifier(2, **SHORT),
    ConvNetRegressor(filters=2, **SHORT),
]
Y = np.arange(60) % 2
RANDOM = np.random.RandomState(0)


def objects(items):
    array = np.empty(len(items), object)
    array[:] = items
    return array


def name_of(model):
    return type(model).__name__


each = pytest.mark.parametrize(
    "model", [*ROWS, *SHAPED, AutoencoderTransformer(3, **SHORT)], ids=name_of
)
UNEVEN = {
    "lists": ([[1, 2, 3]] * 30 + [[1, 2]] * 30, "rows of lengths 3 and 2"),
    "tuples": ([(1, 2)] * 30 + [(1,)] * 30, "rows of lengths 2 and 1"),
    "many": ([[1] * k for k in (1, 2, 3, 4, 5, 6)] * 10, "rows of lengths 6, 5, 4, 3 and others"),
    "arrays": ([np.ones(3)] * 59 + [np.ones(2)], "rows of lengths 3 and 2"),
    "objects": (objects([np.ones(3)] * 59 + [np.ones(2)]), "rows of lengths 3 and 2"),
    "objects of lists": (objects([[1, 2, 3]] * 59 + [[1]]), "rows of lengths 3 and 1"),
    "even objects": (objects([np.ones(3)] * 60), "60 arrays, of shape (3,), "),
    "images": ([np.ones((8, 8))] * 59 + [np.ones((9, 8))], "shapes [(8, 8), (9, 8)]"),
    "image objects": (objects([np.ones((8, 8))] * 59 + [np.ones((9, 8))]), "[(8, 8), (9, 8)]"),
    "image lists": ([np.ones((k, 8)).tolist() for k in (8, 9)] * 30, "[(8, 8), (9, 8)]"),
    "uneven images": ([[[1, 2], [3]]] * 60, "samples whose rows differ in length"),
}


@each
@pytest.mark.parametrize("kind", UNEVEN)
def test_uneven_samples(model, kind, raises_unchanged):
    bad, found = UNEVEN[kind]
    fragments = [f"{name_of(model)}: X h", found]
    raises_unchanged(model, fragments, "fit", bad, Y)
    fitted = MLPClassifier(**SHORT).fit(RANDOM.uniform(size=(60, 3)), Y)
    raises_unchanged(fitted, ["MLPClassifier: X h", found], "predict", bad)


def test_lists_of_lists_are_taken():
    X = RANDOM.uniform(size=(60, 4))
    model, same = (MLPClassifier(**SHORT).fit(x, Y) for x in (X, X.tolist()))
    assert np.array_equal(model.predict_proba(X), same.predict_proba(list(X)))


def test_images_in_a_list_are_made_rows_by_numpy(raises_unchanged):
    fragments = ["np.reshape(X, (len(X), -1))", "ConvNetClassifier"]
    raises_unchanged(ROWS[0], fragments, "fit", np.ones((60, 2, 2)).tolist(), Y)


@pytest.mark.parametrize("model", [*ROWS, NeuralNetClassifier(**SHORT)], ids=name_of)
def test_one_sample_for_fitted_rows(model, raises_unchanged):
    model.fit(RANDOM.uniform(size=(60, 64)), Y)
    one = np.ones((8, 8))
    fragments = [f"X has 8 features, but {name_of(model)} is expecting 64", "X.reshape(1, -1)"]
    raises_unchanged(model, fragments, "predict", one)
    if model in ROWS:
        raises_unchanged(model, fragments, "partial_fit", one, Y[:1])
        raises_unchanged(model, ["(8, 8, 1)", "X.reshape(1, -1)"], "predict", one[..., None])
    with pytest.raises(ValueError) as caught:
        model.predict(np.ones((8, 7)))
    assert "reshape" not in str(caught.value)


@pytest.mark.parametrize("model", SHAPED[1:], ids=name_of)
def test_one_image_with_channels_first(model, raises_unchanged):
    X = RANDOM.uniform(size=(60, 12, 12, 3))
    model.fit(X, Y)
    fragments = [name_of(model), "(3, 12, 12) of one sample", "np.moveaxis(X, 0, -1)[None]"]
    one = np.moveaxis(X[0], -1, 0)
    raises_unchanged(model, fragments, "predict", one)
    assert model.predict(np.moveaxis(one, 0, -1)[None]) == model.predict(X[:1])


@pytest.mark.parametrize("shape", [(8, 8), (12, 12, 3)], ids=str)
@pytest.mark.parametrize("y", [Y[:1], [1], np.ones((1, 1))], ids=["array", "list", "column"])
def test_fits_to_one_sample(shape, y, raises_unchanged):
    for model in SHAPED:
        words = [f"{name_of(model)}: Found", f"[{shape[0]}, 1]", f"{shape} is one", "X[None]"]
        raises_unchanged(model, words, "fit", np.ones(shape), y)
    if len(shape) == 2:
        words = ["MLPClassifier: Found", "[8, 1]", "X.reshape(1, -1)"]
        raises_unchanged(ROWS[0], words, "fit", np.ones(shape), y)

"""Every kind of input scikit-learn users bring, and every way they store a model."""

import copy
import io
import pickle
import warnings

import joblib
import numpy as np
import pytest
import sklearn
from numpy.testing import assert_allclose, assert_array_equal
from scipy import sparse
from sklearn.base import clone
from sklearn.exceptions import DataConversionWarning
from sklearn.model_selection import GridSearchCV, cross_val_predict, cross_validate
from sklearn.multioutput import MultiOutputRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skneural import MLPClassifier, MLPRegressor

SETTINGS = {"hidden_layer_sizes": (6,), "batch_size": 16, "max_iter": 3, "random_state": 0}
CLASSIFIER = MLPClassifier(**SETTINGS)
REGRESSOR = MLPRegressor(**SETTINGS)

needs_jit = pytest.mark.needs_jit(reason="covered by the dense and CSR cases")


def make_data(n_samples=40, n_features=5):
    """Values on a coarse grid, so that float32 and text hold them exactly, a third of them zero."""
    random = np.random.RandomState(0)
    X = np.round(random.standard_normal((n_samples, n_features)) * 4) / 4
    X[random.uniform(size=X.shape) < 0.33] = 0.0
    return X, random.randint(0, 3, n_samples)


def bits(model):
    arrays = [*model.coefs_, *model.intercepts_]
    return b"".join(np.ascontiguousarray(array).tobytes() for array in arrays)


@pytest.fixture(scope="module")
def expected():
    X, y = make_data()
    model = clone(CLASSIFIER).fit(X, y)
    return bits(model), model.predict_proba(X)


def polars_frame(X):
    polars = pytest.importorskip("polars")
    return polars.DataFrame(X, schema=[f"c{i}" for i in range(X.shape[1])])


def pandas_frame(X, **keywords):
    pandas = pytest.importorskip("pandas")
    return pandas.DataFrame(X, columns=[f"c{i}" for i in range(X.shape[1])], **keywords)


def read_only(X):
    X = X.copy()
    X.flags.writeable = False
    return X


def strided(X):
    wide = np.full((2 * X.shape[0], 3 * X.shape[1]), np.nan)
    wide[::2, ::3] = X
    return wide[::2, ::3]


def unaligned(X):
    raw = np.zeros(X.nbytes + 1, np.uint8)
    view = raw[1:].view(X.dtype).reshape(X.shape)
    view[...] = X
    assert not view.flags.aligned
    return view


def big_endian(X):
    return X.astype(X.dtype.newbyteorder())


DENSE = {
    "fortran": np.asfortranarray,
    "read_only": read_only,
    "strided": strided,
    "reversed": lambda X: X[::-1].copy()[::-1],
    "unaligned": unaligned,
    "big_endian": big_endian,
    "list": lambda X: X.tolist(),
    "list_of_arrays": list,
    "object": lambda X: X.astype(object),
    "subclass": lambda X: X.view(type("Array", (np.ndarray,), {})),
    "pandas": pandas_frame,
    "polars": polars_frame,
}


def sees(X):
    """An estimator of scikit-learn's that has met the same X."""
    return StandardScaler().fit(X)


@pytest.mark.parametrize("kind", DENSE)
def test_dense_input(kind, expected):
    """The same values give the same bits however they are laid out or wrapped."""
    X, y = make_data()
    given = DENSE[kind](X)
    model = clone(CLASSIFIER).fit(given, y)
    assert bits(model) == expected[0]
    assert_array_equal(model.predict_proba(given), expected[1])
    assert_array_equal(model.partial_fit(given, y).n_features_in_, 5)
    # older versions of scikit-learn see no names in newer ones of Polars
    if kind == "pandas" or (kind == "polars" and hasattr(sees(given), "feature_names_in_")):
        assert list(model.feature_names_in_) == [f"c{i}" for i in range(5)]
    else:
        assert not hasattr(model, "feature_names_in_")


SPARSE = [
    f"{layout}_{kind}"
    for layout in ("csr", "csc", "coo", "lil", "dok", "dia", "bsr")
    for kind in ("matrix", "array")
]


@pytest.mark.parametrize("container", SPARSE)
def test_sparse_input(container, expected):
    """The numbers agree with the dense fit's, and the bits between the formats."""
    X, y = make_data()
    given = getattr(sparse, container)(X)
    model = clone(CLASSIFIER).fit(given, y)
    reference = clone(CLASSIFIER).fit(sparse.csr_array(X), y)
    assert bits(model) == bits(reference)
    assert_allclose(model.predict_proba(given), expected[1], rtol=1e-9)
    assert_array_equal(model.predict_proba(given), reference.predict_proba(sparse.csr_array(X)))


@needs_jit
@pytest.mark.parametrize("index", [np.int32, np.int64])
@pytest.mark.parametrize("case", ["unsorted", "duplicates", "explicit_zeros", "read_only"])
def test_unusual_csr(case, index, expected):
    X, y = make_data()
    given = sparse.csr_array(X)
    if case == "unsorted":
        order = np.concatenate(
            [np.arange(a, b)[::-1] for a, b in zip(given.indptr, given.indptr[1:], strict=False)]
        )
        given = sparse.csr_array((given.data[order], given.indices[order], given.indptr), X.shape)
    elif case == "duplicates":
        rows, columns = np.nonzero(X)
        halves = np.tile(X[rows, columns] / 2, 2)
        order = np.argsort(np.tile(rows, 2), kind="stable")
        indptr = 2 * given.indptr
        given = sparse.csr_array((halves[order], np.tile(columns, 2)[order], indptr), X.shape)
    elif case == "explicit_zeros":
        rows, columns = np.indices(X.shape).reshape(2, -1)
        given = sparse.csr_array((X.ravel(), columns, np.arange(41) * 5), X.shape)
    given.indices, given.indptr = given.indices.astype(index), given.indptr.astype(index)
    if case == "read_only":
        for array in (given.data, given.indices, given.indptr):
            array.flags.writeable = False
    kept = [array.copy() for array in (given.data, given.indices, given.indptr)]
    model = clone(CLASSIFIER).fit(given, y)
    assert_allclose(model.predict_proba(given), expected[1], rtol=1e-9)
    for array, before in zip((given.data, given.indices, given.indptr), kept, strict=True):
        assert_array_equal(array, before)


@needs_jit
def test_empty_rows_and_columns_in_csr():
    X, y = make_data()
    X[[0, 17, 39]] = 0.0
    X[:, 2] = 0.0
    dense, csr = (clone(CLASSIFIER).fit(given, y) for given in (X, sparse.csr_array(X)))
    assert_allclose(csr.predict_proba(X), dense.predict_proba(X), rtol=1e-9)


@pytest.mark.parametrize("dtype", [np.int8, np.uint8, np.int64, np.uint64, bool, np.float16])
def test_other_dtypes(dtype):
    """Integers and booleans train in float64, as they do in scikit-learn."""
    X, y = make_data()
    X = np.abs(np.round(X)).astype(dtype)
    model = clone(CLASSIFIER).fit(X, y)
    assert model.coefs_[0].dtype == np.float64
    assert bits(model) == bits(clone(CLASSIFIER).fit(X.astype(np.float64), y))
    assert_array_equal(model.predict_proba(X), model.predict_proba(X.astype(np.float64)))


@needs_jit
@pytest.mark.parametrize("container", [np.asarray, sparse.csr_array])
@pytest.mark.parametrize("given", [np.float32, np.float64, np.int64])
@pytest.mark.parametrize("dtype", [None, "float32", "float64"])
def test_dtype(container, given, dtype):
    X, y = make_data()
    X = np.round(X).astype(given)
    model = clone(CLASSIFIER).set_params(dtype=dtype).fit(container(X), y)
    expected = np.dtype(dtype) if dtype else np.dtype(np.float32 if given == np.float32 else float)
    assert {array.dtype for array in model.coefs_ + model.intercepts_} == {expected}
    assert model.predict_proba(container(X)).dtype == expected
    regressor = clone(REGRESSOR).set_params(dtype=dtype).fit(container(X), y)
    assert regressor.predict(container(X)).dtype == expected


@needs_jit
def test_float32_and_float64_agree():
    X, y = make_data()
    single = clone(CLASSIFIER).set_params(dtype="float32").fit(X, y)
    same = clone(CLASSIFIER).fit(X.astype(np.float32), y)
    assert bits(single) == bits(same)
    double = clone(CLASSIFIER).fit(X, y)
    assert_allclose(single.predict_proba(X), double.predict_proba(X), rtol=1e-4)


@pytest.mark.parametrize("container", [np.asarray, np.asfortranarray, sparse.csr_array])
def test_inputs_are_not_changed(container):
    X, y = make_data()
    X, weight = container(X), np.linspace(0.5, 2.0, 40)
    before = joblib.hash((X, y, weight))
    clone(CLASSIFIER).fit(X, y, sample_weight=weight).predict(X)
    clone(REGRESSOR).fit(X, y, sample_weight=weight).partial_fit(X, y, weight).predict(X)
    assert joblib.hash((X, y, weight)) == before


@needs_jit
@pytest.mark.parametrize("mode", ["r", "c"])
def test_memory_mapped(tmp_path, mode, expected):
    X, y = make_data()
    np.save(tmp_path / "X.npy", X)
    np.save(tmp_path / "y.npy", y)
    X, y = np.load(tmp_path / "X.npy", mmap_mode=mode), np.load(tmp_path / "y.npy", mmap_mode=mode)
    model = clone(CLASSIFIER).fit(X, y)
    assert bits(model) == expected[0]
    assert_array_equal(model.predict_proba(X), expected[1])
    regressor = clone(REGRESSOR).fit(X, y, sample_weight=y + 1.0)
    assert regressor.predict(X).shape == (40,)


LABELS = {
    "strings": np.array(["ant", "bee", "cat"]),
    "objects": np.array(["ant", "bee", "cat"], object),
    "floats": np.array([-1.0, 0.0, 2.0]),
    "far_integers": np.array([-5, 7, 2**40]),
}


@pytest.mark.parametrize("kind", LABELS)
def test_labels(kind, expected):
    X, y = make_data()
    labels = LABELS[kind][y]
    model = clone(CLASSIFIER).fit(X, labels)
    assert bits(model) == expected[0]
    assert_array_equal(model.classes_, np.unique(labels))
    assert model.predict(X).dtype == model.classes_.dtype
    assert_array_equal(model.predict(X), LABELS[kind][expected[1].argmax(axis=1)])
    assert model.score(X, labels) == np.mean(model.predict(X) == labels)


@pytest.mark.parametrize("labels", [[False, True], ["no", "yes"], [-1, 1]])
def test_binary_labels(labels):
    X, y = make_data()
    y = np.array(labels)[(y > 0).astype(int)]
    model = clone(CLASSIFIER).fit(X, y)
    assert_array_equal(model.classes_, labels)
    assert model.predict_proba(X).shape == (40, 2)
    assert_array_equal(model.predict(X), np.array(labels)[model.predict_proba(X).argmax(axis=1)])
    assert model.decision_function(X).shape == (40,)


@needs_jit
@pytest.mark.parametrize("kind", ["list", "pandas", "polars", "column", "categorical"])
def test_kinds_of_y(kind, expected):
    X, y = make_data()
    if kind in ("pandas", "categorical"):
        pandas = pytest.importorskip("pandas")
        given = pandas.Series(y, index=np.arange(100, 140))
        given = given.astype("category") if kind == "categorical" else given
    elif kind == "polars":
        given = pytest.importorskip("polars").Series(y)
    else:
        given = y.tolist() if kind == "list" else y[:, None]
    if kind == "column":
        with pytest.warns(DataConversionWarning):
            model = clone(CLASSIFIER).fit(X, given)
    else:
        model = clone(CLASSIFIER).fit(X, given)
    assert bits(model) == expected[0]


@needs_jit
def test_kinds_of_sample_weight():
    X, y = make_data()
    weight = np.linspace(0.5, 2.0, 40)
    expected = bits(clone(CLASSIFIER).fit(X, y, sample_weight=weight))
    series = pytest.importorskip("pandas").Series(weight)
    for given in (weight.tolist(), read_only(weight), series, weight[::-1].copy()[::-1]):
        assert bits(clone(CLASSIFIER).fit(X, y, sample_weight=given)) == expected


@needs_jit
def test_frames_with_other_dtypes():
    pandas = pytest.importorskip("pandas")
    X, y = make_data()
    frame = pandas.DataFrame({"a": X[:, 0].astype(np.float32), "b": X[:, 1] > 0, "c": y + 2})
    model = clone(CLASSIFIER).fit(frame, y)
    assert bits(model) == bits(clone(CLASSIFIER).fit(frame.to_numpy(dtype=float), y))
    nullable = frame.convert_dtypes()
    assert bits(clone(CLASSIFIER).fit(nullable, y)) == bits(model)


@needs_jit
def test_multilabel_kinds():
    X, y = make_data()
    y = np.eye(3, dtype=int)[y] | np.eye(3, dtype=int)[(y + (X[:, 0] > 0)) % 3]
    expected = clone(CLASSIFIER).fit(X, y)
    for given in (y.tolist(), y.astype(bool), y.astype(float), sparse.csr_array(y)):
        assert bits(clone(CLASSIFIER).fit(X, given)) == bits(expected)
    assert expected.predict(X).shape == (40, 3)


def copies(model, folder):
    yield "pickle", pickle.loads(pickle.dumps(model))
    yield "pickle_2", pickle.loads(pickle.dumps(model, protocol=2))
    yield "copy", copy.copy(model)
    yield "deepcopy", copy.deepcopy(model)
    buffer = io.BytesIO()
    joblib.dump(model, buffer)
    buffer.seek(0)
    yield "joblib", joblib.load(buffer)
    joblib.dump(model, folder / "model.joblib")
    yield "mapped", joblib.load(folder / "model.joblib", mmap_mode="r")


STORED = {
    "classifier": CLASSIFIER,
    "norm": clone(CLASSIFIER).set_params(normalization="batch", dropout=0.2),
    "layer_norm": clone(CLASSIFIER).set_params(normalization="layer", solver="nadam"),
    "regressor": REGRESSOR,
    "early": clone(CLASSIFIER).set_params(early_stopping=True),
}


@pytest.mark.parametrize("name", STORED)
def test_copies_predict_and_train_on(tmp_path, name):
    X, y = make_data()
    original = clone(STORED[name]).fit(X, y)
    outputs = original.predict(X)
    further = copy.deepcopy(original).set_params(early_stopping=False)
    further.partial_fit(X, y).partial_fit(X, y)
    for kind, model in copies(original, tmp_path):
        assert bits(model) == bits(original), kind
        assert_array_equal(model.predict(X), outputs, err_msg=kind)
        assert model.get_params() == original.get_params()
        if kind == "copy":
            continue
        model.set_params(early_stopping=False)
        model.partial_fit(X, y).partial_fit(X, y)
        assert bits(model) == bits(further), kind
        assert_array_equal(model.predict(X), further.predict(X), err_msg=kind)
        assert_array_equal(original.predict(X), outputs, err_msg=f"{kind} shares memory")


@needs_jit
def test_mapped_model_fits_again(tmp_path):
    X, y = make_data()
    joblib.dump(clone(CLASSIFIER).fit(X, y), tmp_path / "model")
    model = joblib.load(tmp_path / "model", mmap_mode="r").set_params(warm_start=True)
    expected = clone(CLASSIFIER).set_params(warm_start=True).fit(X, y).fit(X, y)
    assert bits(model.fit(X, y)) == bits(expected)


@needs_jit
def test_edited_coefficients_are_used():
    """As with scikit-learn's, coefs_ and intercepts_ are the model: an edit shows in predict."""
    X, y = make_data()
    model = clone(REGRESSOR).fit(X, y)
    for array in (*model.coefs_, *model.intercepts_):
        array[...] = 0.0
    model.intercepts_[-1][...] = 2.5
    assert_array_equal(model.predict(X), np.full(40, 2.5))
    model.coefs_ = [np.ones_like(array) for array in model.coefs_]
    assert not np.array_equal(model.predict(X), np.full(40, 2.5))


@needs_jit
def test_clone_keeps_parameters_only():
    X, y = make_data()
    model = clone(CLASSIFIER).set_params(dropout=0.3, normalization="batch").fit(X, y)
    copied = clone(model)
    assert copied.get_params() == model.get_params()
    assert not [name for name in vars(copied) if name.endswith("_")]


@needs_jit
@pytest.mark.parametrize("n_jobs", [None, 2])
def test_grid_search_in_a_pipeline(n_jobs):
    X, y = make_data(90)
    pipeline = make_pipeline(StandardScaler(), clone(CLASSIFIER))
    grid = {
        "mlpclassifier__hidden_layer_sizes": [(4,), (6, 3)],
        "mlpclassifier__solver": ["adam", "lbfgs"],
        "mlpclassifier__dropout": [0.0, 0.2],
    }
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        search = GridSearchCV(pipeline, grid, cv=3, n_jobs=n_jobs, error_score="raise").fit(X, y)
    assert np.isfinite(search.cv_results_["mean_test_score"]).all()
    assert search.predict(X).shape == (90,)
    assert set(search.best_params_) == set(grid)


@needs_jit
def test_grid_search_does_not_depend_on_n_jobs():
    X, y = make_data(90)
    grid = {"hidden_layer_sizes": [(4,), (40,)], "dropout": [0.0, 0.3]}
    scores = [
        GridSearchCV(clone(CLASSIFIER), grid, cv=3, n_jobs=n, scoring="neg_log_loss")
        .fit(X, y)
        .cv_results_["mean_test_score"]
        for n in (1, 2)
    ]
    assert_array_equal(scores[0], scores[1])


@needs_jit
def test_meta_estimators():
    X, y = make_data()
    targets = np.c_[X[:, 0], X[:, 1] * 2]
    assert MultiOutputRegressor(clone(REGRESSOR)).fit(X, targets).predict(X).shape == (40, 2)
    proba = cross_val_predict(clone(CLASSIFIER), X, y, cv=3, method="predict_proba")
    assert_allclose(proba.sum(axis=1), 1.0, rtol=1e-12)
    results = cross_validate(clone(CLASSIFIER), X, y, cv=3, scoring=["accuracy", "neg_log_loss"])
    assert np.isfinite(results["test_neg_log_loss"]).all()


@pytest.fixture
def routing():
    with sklearn.config_context(enable_metadata_routing=True):
        yield


def weighted_step():
    step = clone(CLASSIFIER).set_fit_request(sample_weight=True)
    return step.set_score_request(sample_weight=True)


def test_requests(routing):
    """Each piece of metadata of each method can be asked for by name."""
    model = clone(CLASSIFIER).set_fit_request(
        sample_weight=True, X_val="X_held", y_val="y_held", sample_weight_val=False
    )
    model.set_partial_fit_request(sample_weight=True, classes=True)
    model.set_score_request(sample_weight="weight")
    request = model.get_metadata_routing()
    assert request.fit.requests == {
        "sample_weight": True,
        "X_val": "X_held",
        "y_val": "y_held",
        "sample_weight_val": False,
    }
    assert request.partial_fit.requests == {"sample_weight": True, "classes": True}
    assert request.score.requests == {"sample_weight": "weight"}
    assert clone(model).get_metadata_routing().fit.requests == request.fit.requests


@needs_jit
def test_weights_reach_the_last_step_of_a_pipeline(routing):
    X, y = make_data()
    weight = np.linspace(0.1, 3.0, 40)
    step = weighted_step()
    scaler = StandardScaler().set_fit_request(sample_weight=False)
    pipeline = make_pipeline(scaler, step).fit(X, y, sample_weight=weight)
    scaled = StandardScaler().fit_transform(X)
    expected = clone(CLASSIFIER).fit(scaled, y, sample_weight=weight)
    assert bits(pipeline[-1]) == bits(expected)
    assert pipeline.score(X, y, sample_weight=weight) == expected.score(scaled, y, weight)


@needs_jit
@pytest.mark.parametrize("n_jobs", [None, 2])
def test_weights_reach_a_grid_search(routing, n_jobs):
    X, y = make_data(60)
    weight = np.linspace(0.0, 3.0, 60)
    step = weighted_step()
    grid = {"alpha": [1e-4, 1.0]}
    search = GridSearchCV(step, grid, cv=3, n_jobs=n_jobs).fit(X, y, sample_weight=weight)
    assert bits(search.best_estimator_) == bits(
        clone(step).set_params(**search.best_params_).fit(X, y, sample_weight=weight)
    )
    plain = GridSearchCV(clone(CLASSIFIER), grid, cv=3).fit(X, y)
    assert bits(search.best_estimator_) != bits(plain.best_estimator_)


@needs_jit
def test_unrequested_metadata_is_an_error(routing):
    X, y = make_data()
    search = GridSearchCV(clone(CLASSIFIER), {"alpha": [1.0]}, cv=2)
    with pytest.raises(ValueError, match="sample_weight"):
        search.fit(X, y, sample_weight=np.ones(40))


@needs_jit
def test_validation_set_goes_through_a_pipeline(routing):
    """transform_input applies the earlier steps to X_val."""
    X, y = make_data(60)
    step = clone(CLASSIFIER).set_fit_request(X_val=True, y_val=True)
    pipeline = make_pipeline(StandardScaler(), step, transform_input=["X_val"])
    pipeline.fit(X[:40], y[:40], X_val=X[40:], y_val=y[40:])
    scaler = StandardScaler().fit(X[:40])
    given = {"X_val": scaler.transform(X[40:]), "y_val": y[40:]}
    expected = clone(CLASSIFIER).fit(scaler.transform(X[:40]), y[:40], **given)
    assert bits(pipeline[-1]) == bits(expected)
    assert pipeline[-1].validation_loss_curve_ == expected.validation_loss_curve_


@pytest.mark.parametrize(
    "container", [np.asarray, sparse.csr_array, pandas_frame, np.asfortranarray]
)
def test_kinds_of_validation_set(container):
    X, y = make_data(60)
    names = np.array(["a", "b", "c"])[y]
    settings = {"X_val": container(X[40:]), "y_val": names[40:]}
    with warnings.catch_warnings():
        warnings.simplefilter("error", RuntimeWarning)
        model = clone(CLASSIFIER).fit(
            container(X[:40]), np.array(["a", "b", "c"])[y[:40]], **settings
        )
    expected = clone(CLASSIFIER).fit(X[:40], y[:40], X_val=X[40:], y_val=y[40:])
    assert_allclose(model.validation_loss_curve_, expected.validation_loss_curve_, rtol=1e-9)


@needs_jit
def test_real_data(data_folder):
    """Fashion-MNIST's first rows, as the bytes they are stored as."""
    import sys

    sys.path.insert(0, str(data_folder))
    try:
        import load
    finally:
        sys.path.remove(str(data_folder))
    X, y, X_test, y_test = load.fashion_mnist()
    X, X_test = X.reshape(len(X), -1)[:3000], X_test.reshape(len(X_test), -1)[:1000]
    pipeline = make_pipeline(
        StandardScaler(), MLPClassifier((64,), max_iter=5, dtype="float32", random_state=0)
    )
    assert pipeline.fit(X, y[:3000]).score(X_test, y_test[:1000]) > 0.78

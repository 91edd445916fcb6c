"""Files of Parquet: an index of pandas, and columns, values and files that cannot be read."""

import datetime

import numpy as np
import pytest

from _blocks import SMALL, classifier, numbers, regressor, weights
from skneural import TabularClassifier
from skneural.blocks import ParquetBlocks

pd = pytest.importorskip("pandas", reason="pandas is not installed")
pytest.importorskip("pyarrow", reason="pyarrow is not installed")

X, Y, _ = numbers()
FRAME = pd.DataFrame(X, columns=[f"x{n}" for n in range(10)])
EITHER = pytest.mark.parametrize("buffer", [1 << 27, SMALL])


def blocks_of(frame, folder, buffer, target="label", **how):
    frame.to_parquet(folder / "table.parquet")
    return ParquetBlocks(folder, target, buffer=buffer, **how)


@EITHER
@pytest.mark.parametrize("name", [None, "id"])
def test_an_index_of_pandas_is_no_feature(name, buffer, tmp_path):
    frame = FRAME.assign(label=Y).set_index(pd.Index(3 * np.arange(2000) + 7, name=name))
    blocks = blocks_of(frame, tmp_path, buffer)
    fitted = classifier(shuffle=False).fit(blocks)
    expected = classifier(shuffle=False).fit(FRAME, Y)
    assert fitted.feature_names_in_.tolist() == FRAME.columns.tolist()
    np.testing.assert_array_equal(weights(fitted), weights(expected))
    assert fitted.score(blocks) == expected.score(FRAME, Y)


@EITHER
def test_an_index_is_read_where_it_is_asked_for(buffer, tmp_path):
    frame = FRAME.assign(label=Y).set_index("x0")
    blocks = blocks_of(frame, tmp_path, buffer, columns=["x1", "x0"])
    fitted = classifier(shuffle=False).fit(blocks)
    expected = classifier(shuffle=False).fit(FRAME[["x1", "x0"]], Y)
    np.testing.assert_array_equal(weights(fitted), weights(expected))


@EITHER
def test_some_files_have_an_index(buffer, tmp_path):
    frame = FRAME.assign(label=Y)
    frame[:900].to_parquet(tmp_path / "a.parquet")
    frame[900:].set_index(np.arange(1100) * 2).to_parquet(tmp_path / "b.parquet")
    fitted = classifier(shuffle=False).fit(ParquetBlocks(tmp_path, "label", buffer=buffer))
    expected = classifier(shuffle=False).fit(FRAME, Y)
    np.testing.assert_array_equal(weights(fitted), weights(expected))


@EITHER
@pytest.mark.parametrize(("values", "kind", "remedy"), [
    (pd.date_range("2020", periods=2000), "timestamp", "days since a date"),
    (pd.to_timedelta(np.arange(2000), "s"), "duration", "days since a date"),
    ([datetime.date(2020, 1, 1)] * 2000, "date32", "days since a date"),
    ([[1, 2]] * 2000, "list", "columns of numbers"),
    ([b"12"] * 2000, "binary", "columns of numbers"),
], ids=["time", "duration", "date", "list", "bytes"])  # fmt: skip
@pytest.mark.parametrize("estimator", [classifier(), TabularClassifier()], ids=["mlp", "tabular"])
def test_columns_that_are_no_numbers(estimator, values, kind, remedy, buffer, tmp_path):
    blocks = blocks_of(FRAME.assign(t=values, label=Y), tmp_path, buffer)
    message = rf"Classifier: ParquetBlocks: .*\(file table.parquet\): column 't' holds {kind}"
    with pytest.raises(ValueError, match=rf"{message}.*{remedy}.*columns="):
        estimator.fit(blocks)


@EITHER
@pytest.mark.parametrize("value", [None, np.inf])
def test_numbers_that_are_missing_are_named(value, buffer, tmp_path):
    x3 = pd.Series(X[:, 3])
    x3[1234] = value
    blocks = blocks_of(FRAME.assign(x3=x3, label=Y), tmp_path, buffer)
    what = "NaN" if value is None else "infinity"
    message = f"Input X contains {what} in row 1234, column 'x3'"
    with pytest.raises(ValueError, match=message):
        classifier().fit(blocks)
    network = classifier().fit(FRAME, Y)
    with pytest.raises(ValueError, match=message):
        network.predict(blocks)
    whole = blocks_of(FRAME.assign(x3=[None, *[2] * 1999], label=Y), tmp_path, buffer)
    with pytest.raises(ValueError, match="Input X contains NaN in row 0, column 'x3'"):
        classifier().fit(whole)


@EITHER
def test_targets_and_weights_that_are_missing(buffer, tmp_path):
    labels, weight = pd.array(Y, dtype="Int64"), pd.Series(1.0 + Y)
    labels[1500] = pd.NA
    frame = FRAME.assign(label=labels)
    frame[:1000].to_parquet(tmp_path / "part.parquet")
    blocks = blocks_of(frame[1000:], tmp_path, buffer)
    message = (
        "ParquetBlocks: the target column 'label' has 1 missing values in the file table.parquet,"
        " the first in row 1500"
    )
    for estimator in (classifier(), regressor()):
        with pytest.raises(ValueError, match=f"MLP.*: {message}"):
            estimator.fit(blocks)
    network = classifier().fit(FRAME, Y)
    assert network.predict(blocks).shape == (2000,)  # needs no targets
    with pytest.raises(ValueError, match=message):
        network.score(blocks)
    (tmp_path / "part.parquet").unlink()
    weight[7] = None
    frame = FRAME.assign(label=Y, w=weight)
    with pytest.raises(ValueError, match="the weight column 'w' has 1 missing .* in row 7"):
        classifier().fit(blocks_of(frame, tmp_path, buffer, sample_weight="w"))


def test_files_of_another_kind_in_a_folder(tmp_path):
    blocks = blocks_of(FRAME.assign(label=Y), tmp_path, SMALL)
    (tmp_path / "notes.txt").write_text("no table")
    message = r"MLPClassifier: ParquetBlocks: notes.txt is no file .*take it out of the folder"
    with pytest.raises(ValueError, match=message):
        classifier().fit(blocks)


@pytest.mark.parametrize(("how", "error", "message"), [
    ({"columns": "x1"}, TypeError, r"columns='x1', where a list .* columns=\['x1'\]"),
    ({"columns": 3}, TypeError, "columns=3, where a list of names"),
    ({"columns": []}, ValueError, r"columns=\[\] names no feature"),
    ({"columns": ["x1", "x2", "x1"]}, ValueError, "columns has 'x1' twice"),
    ({"columns": ["x1", "label"]}, ValueError, "columns has 'label', which is the target"),
    ({"columns": ["x1"], "sample_weight": "x1"}, ValueError, "columns has 'x1', which is"),
    ({"path": None}, TypeError, "path=None, where the path of a file"),
    ({"path": ["a", None]}, TypeError, r"path=\['a', None\], where the path of a file"),
], ids=["letters", "number", "empty", "twice", "target", "weight", "none", "none in a list"])
def test_arguments(how, error, message):
    with pytest.raises(error, match=f"ParquetBlocks: {message}"):
        ParquetBlocks(**{"path": "table.parquet", "target": "label"} | how)


@pytest.fixture
def folders(tmp_path, monkeypatch):
    for year in (2020, 2021):
        folder = tmp_path / "data" / f"year={year}"
        folder.mkdir(parents=True)
        FRAME.assign(label=Y).to_parquet(folder / "part.parquet")
    monkeypatch.chdir(tmp_path)
    return tmp_path / "data"


@EITHER
@pytest.mark.parametrize("place", ["absolute", "relative", "list"])
def test_columns_in_the_names_of_folders(place, folders, buffer):
    path = {
        "absolute": folders, "relative": "data",
        "list": [folders / f"year={year}" / "part.parquet" for year in (2020, 2021)],
    }[place]
    with pytest.raises(ValueError, match="ParquetBlocks: 'year' is in the names of folders, as"):
        classifier().fit(ParquetBlocks(path, "label", buffer=buffer))
    with pytest.raises(ValueError, match="'year' is in the names of folders"):
        classifier().fit(ParquetBlocks(path, "year", columns=["x1"], buffer=buffer))
    with pytest.raises(ValueError, match="'year' is in the names of folders"):
        classifier().fit(ParquetBlocks(path, "label", columns=["x1", "year"], buffer=buffer))
    fitted = classifier().fit(ParquetBlocks(path, "label", columns=["x1", "x2"], buffer=buffer))
    assert fitted.feature_names_in_.tolist() == ["x1", "x2"]


def test_names_of_folders_that_are_chosen(folders):
    for path in (folders / "year=2020", [folders / "year=2020" / "part.parquet"]):
        fitted = classifier().fit(ParquetBlocks(path, "label"))
        assert fitted.feature_names_in_.tolist() == FRAME.columns.tolist()


def test_a_column_that_is_in_folders_and_files(tmp_path):
    folder = tmp_path / "year=2020"
    folder.mkdir()
    FRAME.assign(label=Y, year=2020.0).to_parquet(folder / "part.parquet")
    fitted = classifier().fit(ParquetBlocks(tmp_path, "label"))
    assert fitted.feature_names_in_.tolist() == [*FRAME.columns, "year"]

"""Blocks that a program makes: what it may do, and what it is told."""

import numpy as np
import pytest

from _blocks import SMALL, classifier, numbers, regressor, weights
from skneural.blocks import IteratorBlocks

X, Y, _ = numbers()
EITHER = pytest.mark.parametrize("buffer", [1 << 27, SMALL])


def pieces(size=400):
    for begin in range(0, len(X), size):
        yield X[begin : begin + size], Y[begin : begin + size]


def fitted(blocks, buffer, **how):
    return classifier(shuffle=False).fit(IteratorBlocks(blocks, buffer=buffer, **how))


@EITHER
def test_one_array_may_be_filled_for_every_block(buffer):
    def reuses():
        block, y, weight = np.empty((400, 10)), np.empty(400, int), np.empty(400)
        for rows, labels in pieces():
            block[:], y[:], weight[:] = rows, labels, 1 + labels
            yield block, y, weight

    expected = classifier(shuffle=False).fit(X, Y, 1.0 + Y)
    np.testing.assert_array_equal(weights(fitted(reuses, buffer)), weights(expected))


@EITHER
def test_a_score_asks_for_the_blocks_once(buffer):
    network, asked = classifier().fit(X, Y), []

    def counted():
        asked.append(True)
        yield from pieces()

    assert network.score(IteratorBlocks(counted, buffer=buffer)) == network.score(X, Y)
    assert len(asked) == 1
    validated = classifier(early_stopping=True)
    validated.fit(X, Y, X_val=IteratorBlocks(counted))
    assert len(asked) == 2


@EITHER
def test_a_generator_that_was_gone_through(buffer):
    for n_taken in (1, 5):
        half = pieces()
        for _ in range(n_taken):
            next(half)
        with pytest.raises(ValueError, match="MLPClassifier: IteratorBlocks: blocks is a gener"):
            fitted(half, buffer)


@EITHER
@pytest.mark.parametrize("raised", [
    KeyError("city"), OSError(5, "no disk", "rows.csv"), ValueError("line 12 is no number"),
])  # fmt: skip
def test_errors_of_the_generator_are_its_own(buffer, raised):
    def fails():
        for number, block in enumerate(pieces()):
            if number == 3:
                raise raised
            yield block

    arguments, network = raised.args, classifier()
    with pytest.raises(type(raised)) as caught:
        network.fit(IteratorBlocks(fails, buffer=buffer))
    assert caught.value is raised
    assert raised.args == arguments
    notes = ["raised where IteratorBlocks asked for block 3, which begins with row 1200"]
    assert raised.__notes__ == notes
    del raised.__notes__
    assert not hasattr(network, "n_features_in_")


@EITHER
def test_lists_of_x_and_y(buffer):
    expected = weights(classifier(shuffle=False).fit(X, Y))
    np.testing.assert_array_equal(weights(fitted(map(list, pieces()), buffer)), expected)
    rows = [(block.tolist(), y.tolist()) for block, y in pieces()]
    np.testing.assert_array_equal(weights(fitted(rows, buffer)), expected)
    alone = IteratorBlocks([[list(row) for row in block] for block, _ in pieces(500)])
    np.testing.assert_array_equal(weights(classifier(shuffle=False).fit(alone, Y)), expected)


@pytest.mark.parametrize(("block", "message"), [
    ((X, Y, Y, Y), r"is a tuple of 4, where an array X or a tuple \(X, y\)"),
    ({"X": X, "y": Y}, "is dict, where an array X"),
    (None, "is NoneType, where"),
    ([X.tolist(), Y.tolist()], "is a list that makes no array, where"),
])
def test_what_is_no_block(block, message):
    with pytest.raises(ValueError, match=r"MLPClassifier: IteratorBlocks: block 0 .*: " + message):
        fitted([block], SMALL)
    with pytest.raises(ValueError, match=r"IteratorBlocks: blocks\(\) returned NoneType"):
        fitted(lambda: None, SMALL)


@EITHER
def test_targets_of_other_dimensions(buffer):
    blocks = [(X[:400], X[:400, 0]), (X[400:800], X[400:800, :1])]
    message = r"MLPRegressor: IteratorBlocks: block 1 \(rows 400 to 800\): y has rows of shape \(1,"
    with pytest.raises(ValueError, match=message):
        regressor().fit(IteratorBlocks(blocks, buffer=buffer))


def test_a_folder_that_is_missing(tmp_path):
    message = "MLPClassifier: IteratorBlocks: .*missing is no folder .* by folder="
    with pytest.raises(FileNotFoundError, match=message):
        fitted(pieces, SMALL, folder=tmp_path / "missing")
    (tmp_path / "file").write_text("")
    with pytest.raises(NotADirectoryError, match="file is no folder"):
        fitted(pieces, SMALL, folder=tmp_path / "file")


@EITHER
def test_names_of_columns_that_are_no_text(buffer):
    pd = pytest.importorskip("pandas", reason="pandas is not installed")

    def frames(columns):
        return [(pd.DataFrame(block, columns=columns), y) for block, y in pieces()]

    network = fitted(frames(range(10)), buffer)
    assert not hasattr(network, "feature_names_in_")
    network.predict(pd.DataFrame(X))
    with pytest.raises(TypeError, match="MLPClassifier: .*Feature names are only supported"):
        fitted(frames(["a", *range(9)]), buffer)
    turned = [*frames(range(10))[:1], *frames(range(9, -1, -1))[1:]]
    with pytest.raises(ValueError, match="block 1 .*: has the columns"):
        fitted(turned, buffer)

"""TextTokenizer: texts to ids and back."""

import pickle
import re

import numpy as np
import pytest
from scipy import sparse
from sklearn.base import clone
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.pipeline import make_pipeline
from sklearn.utils import get_tags

from skneural import RecurrentClassifier, TextTokenizer

TEXTS = ["The cat sat on the mat.", "The dog,\n\tthe CAT!", "A dog sat"]
UNKNOWN = "\N{REPLACEMENT CHARACTER}"


def ids(*lists):
    return [np.array(each, np.int64) for each in lists]


def same(result, expected):
    assert isinstance(result, list)
    assert len(result) == len(expected)
    for ours, theirs in zip(result, expected, strict=True):
        assert ours.dtype == np.int64
        np.testing.assert_array_equal(ours, theirs)


def test_words():
    tokenizer = TextTokenizer().fit(TEXTS)
    expected = {"the": 2, "cat": 3, "dog": 4, "sat": 5, "mat": 6, "on": 7}
    assert tokenizer.vocabulary_ == expected
    assert list(tokenizer.vocabulary_) == list(expected)
    assert tokenizer.n_tokens_ == 8
    same(tokenizer.transform(TEXTS), ids([2, 3, 5, 7, 2, 6], [2, 4, 2, 3], [4, 5]))
    assert tokenizer.inverse_transform(tokenizer.transform(TEXTS)) == [
        "the cat sat on the mat", "the dog the cat", "dog sat",
    ]


def test_characters_keep_white_space():
    texts = ["ab\n\n  b", "Bb"]
    tokenizer = TextTokenizer("char", lowercase=False).fit(texts)
    assert tokenizer.vocabulary_ == {"b": 2, "\n": 3, " ": 4, "B": 5, "a": 6}
    assert tokenizer.n_tokens_ == 7
    same(tokenizer.transform(texts), ids([6, 2, 3, 3, 4, 4, 2], [5, 2]))
    assert tokenizer.inverse_transform(tokenizer.transform(texts)) == texts
    assert TextTokenizer("char").fit(texts).vocabulary_ == {"b": 2, "\n": 3, " ": 4, "a": 5}


def test_words_are_scikit_learns():
    texts = [*TEXTS, "naïve café, 3 x 12 re-read don't snake_case", "Ünïcode ß ÄÖ"]
    counted = CountVectorizer().fit(texts)
    assert TextTokenizer().fit(texts).vocabulary_.keys() == counted.vocabulary_.keys()
    pattern = r"\w+|[^\w\s]"
    counted = CountVectorizer(token_pattern=pattern, lowercase=False).fit(texts)
    tokenizer = TextTokenizer(token_pattern=pattern, lowercase=False).fit(texts)
    assert tokenizer.vocabulary_.keys() == counted.vocabulary_.keys()
    assert tokenizer.inverse_transform(tokenizer.transform(["The cat!"])) == ["The cat !"]
    assert list(TextTokenizer(token_pattern=r"#(\w+)").fit(["#one two #three"]).vocabulary_) == [
        "one", "three",
    ]


@pytest.mark.parametrize("level", ["word", "char"])
def test_unknown_tokens_and_texts_without_any(level):
    tokenizer = TextTokenizer(level).fit(["ab bc"])
    joined = tokenizer.inverse_transform(tokenizer.transform(["ab xy bc", "", "xy"]))
    if level == "word":
        same(tokenizer.transform(["ab xy bc", "", "  ! ", "xy"]), ids([2, 1, 3], [1], [1], [1]))
        assert joined == [f"ab {UNKNOWN} bc", UNKNOWN, UNKNOWN]
    else:
        same(tokenizer.transform(["x", ""]), ids([1], [1]))
        assert joined == [f"ab {UNKNOWN * 2} bc", UNKNOWN, UNKNOWN * 2]


def test_limits():
    tokenizer = TextTokenizer(max_tokens=2).fit(TEXTS)
    assert tokenizer.vocabulary_ == {"the": 2, "cat": 3}
    assert tokenizer.n_tokens_ == 4
    same(tokenizer.transform(TEXTS[1:]), ids([2, 1, 2, 3], [1, 1]))
    frequent = TextTokenizer(min_frequency=2).fit(TEXTS)
    assert frequent.vocabulary_ == {"the": 2, "cat": 3, "dog": 4, "sat": 5}
    short = TextTokenizer(max_length=2).fit(TEXTS)
    assert short.vocabulary_ == {"dog": 2, "the": 3, "cat": 4, "sat": 5}
    same(short.transform(TEXTS), ids([3, 4], [3, 2], [2, 5]))


def test_order_of_the_texts_does_not_matter():
    assert list(TextTokenizer().fit(TEXTS).vocabulary_.items()) == list(
        TextTokenizer().fit(TEXTS[::-1]).vocabulary_.items()
    )


def containers():
    yield tuple(TEXTS)
    yield np.array(TEXTS)
    yield np.array(TEXTS, object)
    yield (text for text in TEXTS)


@pytest.mark.parametrize("place", range(4), ids=["tuple", "array", "objects", "generator"])
def test_containers(place):
    tokenizer = TextTokenizer()
    expected = TextTokenizer().fit_transform(TEXTS)
    same(tokenizer.fit_transform(list(containers())[place]), expected)
    same(tokenizer.transform(list(containers())[place]), expected)


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_columns_of_data_frames(library):
    frames = pytest.importorskip(library)
    column = frames.DataFrame({"text": TEXTS})["text"]
    same(TextTokenizer().fit_transform(column), TextTokenizer().fit_transform(TEXTS))
    with pytest.raises(ValueError, match=r"X has shape \(3, 1\), where one column of texts is nee"):
        TextTokenizer().fit(frames.DataFrame({"text": TEXTS}))


BAD = {
    "one text": ("a text", ValueError, "X is one text, where a sequence of texts is needed: [X]"),
    "bytes": (b"a text", ValueError, "X is one text"),
    "a column": (np.array([["a"], ["b"]]), ValueError, "X has shape (2, 1), where one column of"),
    "sparse": (sparse.csr_array(np.eye(2)), ValueError, "X has shape (2, 2)"),
    "no sequence": (7, TypeError, "X is 7 of type int, where a sequence of texts is needed"),
    "a scalar": (np.array("text"), ValueError, "X has shape ()"),
    "empty": ([], ValueError, "X has no texts; at least one is needed"),
    "None": (["a", None], TypeError, "X[1] is None of type NoneType, no text; convert it by str, or"
             " fill in '' where a text is missing"),
    "NaN": (["a", np.nan], TypeError, "X[1] is nan of type float, no text"),
    "numbers": ([1.5], TypeError, "X[0] is 1.5 of type float, no text"),
    "encoded": (["a", b"b"], TypeError, "X[1] is b'b' of type bytes, no text; decode it"),
    "tokens": ([["a", "b"]], TypeError, "X[0] is ['a', 'b'] of type list, no text; join its words"),
}


@pytest.mark.parametrize(("X", "kind", "said"), BAD.values(), ids=BAD.keys())
def test_what_is_no_text(X, kind, said, raises_unchanged):
    raises_unchanged(TextTokenizer(), [f"TextTokenizer: {said}"], "fit", X, error=kind)
    with pytest.raises(kind, match=re.escape(f"TextTokenizer: {said}")):
        TextTokenizer().fit(TEXTS).transform(X)


def test_long_values_are_cut_in_messages():
    with pytest.raises(TypeError, match=r"X\[0\] is \[0, 1, 2.{30,40}\.\.\. of type list, no text"):
        TextTokenizer().fit([list(range(1000))])


@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        ({}, "no token to learn; X has 0 tokens"),
        ({"level": "char", "min_frequency": 2}, "no token to learn; X has 2 tokens, none of"),
        ({"token_pattern": "("}, "token_pattern='(': "),
        ({"token_pattern": "(a)(b)"}, "token_pattern='(a)(b)': More than 1 capturing group"),
    ],
)
def test_nothing_to_learn(parameters, said, raises_unchanged):
    raises_unchanged(TextTokenizer(**parameters), [f"TextTokenizer: {said}"], "fit", ["!", "?"])


@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        ({"level": "words"}, "Did you mean 'word'?"),
        ({"max_tokens": 0}, "'max_tokens' parameter of TextTokenizer must be"),
        ({"max_length": 2.5}, "'max_length' parameter of TextTokenizer must be"),
        ({"min_frequency": True}, "not a boolean"),
    ],
)
def test_parameters(parameters, said):
    with pytest.raises(ValueError, match=re.escape(said)):
        TextTokenizer(**parameters).fit(TEXTS)


def test_ids_in_any_container():
    tokenizer = TextTokenizer().fit(TEXTS)
    expected = ["the cat", "dog"]
    padded = np.array([[2, 3, 0], [4, 0, 0]])
    for X in (padded, padded.astype(float), padded.astype(np.uint8), padded.tolist(),
              padded[:, :, None], [[2, 3], [4]], (np.array([2, 3]), np.array([[4]]))):
        assert tokenizer.inverse_transform(X) == expected


@pytest.mark.parametrize(
    ("X", "said"),
    [
        ([[2], [3, 8]], "X[1, 1] is 8, no id of a token; n_tokens_=8"),
        ([[-1]], "X[0, 0] is -1, no id of a token"),
        ([[2.5]], "X[0, 0] is 2.5, no id of a token"),
        ([[2, np.nan]], "X[0, 1] is nan, no id of a token"),
        ([[2, np.inf]], "X[0, 1] is inf, no id of a token"),
        (["the cat"], "X[0] has shape () and dtype <U7, where ids of tokens are needed"),
        ([2, 3], "X[0] has shape ()"),
        (np.ones((2, 3, 4)), "X[0] has shape (3, 4)"),
    ],
)
def test_what_is_no_id(X, said):
    with pytest.raises(ValueError, match=re.escape(f"TextTokenizer: {said}")):
        TextTokenizer().fit(TEXTS).inverse_transform(X)


def test_clones_pickles_and_tags():
    tokenizer = TextTokenizer("char", max_tokens=5).fit(TEXTS)
    same(pickle.loads(pickle.dumps(tokenizer)).transform(TEXTS), tokenizer.transform(TEXTS))
    assert clone(tokenizer).get_params() == tokenizer.get_params()
    assert not hasattr(clone(tokenizer), "vocabulary_")
    tags = get_tags(tokenizer).input_tags
    assert tags.string
    assert not tags.two_d_array
    assert not hasattr(tokenizer, "set_output")


def test_in_a_pipeline():
    net = RecurrentClassifier(hidden_layer_sizes=(3,), max_iter=1, random_state=0)
    pipeline = make_pipeline(TextTokenizer("char"), net).fit(TEXTS, [0, 1, 0])
    assert pipeline.predict([*TEXTS, ""]).shape == (4,)
    np.testing.assert_array_equal(
        pipeline.predict_proba(TEXTS[:1])[0], pipeline.predict_proba(TEXTS)[0]
    )

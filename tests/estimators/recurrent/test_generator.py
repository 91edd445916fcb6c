"""SequenceGenerator: learns the next token, scores sequences and draws new ones."""

import math
import pickle

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning, NotFittedError

from skneural import RecurrentClassifier, SequenceGenerator
from skneural.estimators.recurrent.tokens import probabilities, windows_of

pytestmark = [
    pytest.mark.needs_jit(reason="fits that last many epochs"),
    pytest.mark.filterwarnings(f"ignore::{ConvergenceWarning.__module__}.ConvergenceWarning"),
]
RHYME = "the cat sat on the mat"
MELODY = [60, 62, 64, 65, 67]
BOTH = (TypeError, ValueError)


@pytest.fixture(scope="module")
def of_words():
    model = SequenceGenerator(
        "word", window=8, hidden_layer_sizes=16, max_iter=60, random_state=0
    )
    return model.fit([RHYME] * 30)


@pytest.fixture(scope="module")
def of_notes():
    model = SequenceGenerator(window=8, hidden_layer_sizes=16, max_iter=60, random_state=0)
    return model.fit([MELODY * 3] * 20)


def test_what_always_follows_is_generated(of_words, of_notes):
    assert of_words.generate("the cat", 10, temperature=0) == RHYME
    assert of_words.generate(length=10, temperature=0) == RHYME
    assert of_notes.generate([60, 62], 8, temperature=0) == MELODY * 2
    assert of_notes.sample(2, length=3, random_state=0)[0][0] in MELODY


def test_score_is_the_mean_log_probability(of_words):
    """Of each next token given those before it, the end of a text included."""
    score = of_words.score([RHYME])
    assert of_words.perplexity([RHYME]) == pytest.approx(math.exp(-score))
    ids = [0, *of_words._tokens.encode(RHYME), 0]
    total = 0.0
    for place in range(1, len(ids)):
        (row,) = probabilities(of_words.network_, [np.array(ids[max(0, place - 8) : place])])
        total += math.log(row[-1][list(of_words.network_.classes_).index(ids[place])])
    assert score == pytest.approx(total / (len(ids) - 1), rel=1e-5)
    assert of_words.score(["mat mat on on"]) < score < 0


def test_the_first_vectors_have_variance_one(of_words):
    first = of_words.network_.initial_weights["embedding"]["vectors"]
    assert first.shape == (of_words.n_tokens_, of_words.embedding_size)
    assert first.std() == pytest.approx(1, abs=0.2)


def test_windows_that_overlap_count_each_token_once(of_notes):
    long = of_notes.score([MELODY * 40])
    assert -1 < long < 0
    assert of_notes.score([MELODY * 40]) == long


def test_random_state_temperature_and_top_k(of_words):
    draws = [of_words.generate("the", 6, 2.0, random_state=seed) for seed in (0, 0, 1, 2, 3)]
    assert draws[0] == draws[1]
    assert len(set(draws)) > 1
    likeliest = of_words.generate("the", 6, temperature=0)
    assert of_words.generate("the", 6, top_k=1, random_state=0) == likeliest


def test_clone_and_pickle(of_words):
    again = pickle.loads(pickle.dumps(of_words))
    assert again.generate("the", 9, random_state=0) == of_words.generate("the", 9, random_state=0)
    twin = clone(of_words).fit([RHYME] * 30)
    assert twin.loss_curve_ == of_words.loss_curve_
    assert "embedding" in str(twin.summary())


def test_unknown_tokens_and_single_texts(of_words):
    assert np.isfinite(of_words.score("an unknown word"))
    model = SequenceGenerator(window=4, hidden_layer_sizes=4, max_iter=1, max_tokens=3)
    model.fit("abcabcd")
    assert model.n_tokens_ == 5 and set(model.vocabulary_) == {"a", "b", "c"}
    assert set(model.generate("zzz", 5, random_state=0)) <= set("abcz")


def test_the_last_tokens_are_learned():
    letters = "bcdefghijklmnopqrstuvwxyz"
    for text in ("a" * 64 + letters * 2, "a" * 63 + letters, "a" * 127):
        model = SequenceGenerator(window=64, hidden_layer_sizes=4, max_iter=1).fit([text])
        assert len(model.network_.classes_) == len(set(text)) + 1  # with the end


@pytest.mark.parametrize("n", [2, 3, 5, 8, 9, 10, 11, 30])
def test_windows_cover_the_stream_to_its_end(n):
    stream = np.arange(n)
    inputs, targets = windows_of(stream, 4)
    assert inputs.shape == targets.shape and inputs.shape[1] == min(4, n - 1)
    assert set(inputs.ravel()) == set(stream[:-1]) and targets[-1, -1] == n - 1
    assert (targets == inputs + 1).all()
    assert len(inputs) == math.ceil((n - 1) / 4)


def test_iterators_are_read_once(of_notes):
    parameters = {"window": 8, "hidden_layer_sizes": 16, "max_iter": 60, "random_state": 0}
    model = SequenceGenerator(**parameters).fit(iter(MELODY * 3) for _ in range(20))
    assert model.loss_curve_ == of_notes.loss_curve_
    assert model.score(iter([iter(MELODY)])) == of_notes.score([MELODY])
    assert model.generate(iter([60]), 2, 0) == [60, 62, 64]


def test_prompts_come_back_as_they_are(of_words, of_notes):
    assert of_words.generate("The  cat", 0) == "The  cat"
    assert of_words.generate("the  cat ", 2, temperature=0) == "the  cat sat on"
    assert of_words.generate("the zebra", 1, temperature=0).startswith("the zebra ")
    assert of_notes.generate([99, 60], 1, temperature=0)[:2] == [99, 60]
    assert of_notes.generate((60, 62), 0) == [60, 62]


def test_unknown_tokens_are_not_drawn():
    model = SequenceGenerator(window=8, hidden_layer_sizes=4, max_iter=1, max_tokens=1)
    model.fit(["abcdefgh" * 4])
    for temperature in (0, 1, 1e-320, 1e300):
        for top_k in (None, 1, 2):
            text = model.generate("xyz", 9, temperature, top_k, random_state=0)
            assert set(text[3:]) <= {"a"}


def test_words_and_marks():
    text = "I don't know a thing, I said."
    parameters = {"window": 8, "hidden_layer_sizes": 4, "max_iter": 1}
    model = SequenceGenerator("word", **parameters).fit([text])
    assert set(model.vocabulary_) == {"I", "don't", "know", "a", "thing", ",", "said", "."}
    small = SequenceGenerator("word", lowercase=True, token_pattern=r"\w\w+", **parameters)
    assert set(small.fit([text]).vocabulary_) == {"don", "know", "thing", "said"}
    with pytest.raises(ValueError, match=r"SequenceGenerator: token_pattern='\['"):
        SequenceGenerator("word", token_pattern="[").fit([text])


def test_errors_and_warnings_of_the_network_name_the_generator(of_notes):
    model = SequenceGenerator(window=4, hidden_layer_sizes=4, max_iter=1)
    with pytest.warns(ConvergenceWarning, match="SequenceGenerator"):
        model.fit(["abab"])
    with pytest.raises(ValueError, match="SequenceGenerator") as caught:
        model.set_params(hidden_layer_sizes=(4, -1)).fit(["abab"])
    assert "RecurrentClassifier" not in str(caught.value)
    assert isinstance(of_notes.network_, RecurrentClassifier)


WRONG = {
    "a data frame": (pd.DataFrame({"text": ["a b"]}), "X is a data frame", "X['text']"),
    "nothing": (None, "X is None", "texts or sequences of tokens are needed"),
    "bytes": (b"abc", "X is b'abc' of type bytes"),
    "numbers": ([5, 6], "X[0] is 5 of type int, neither a text nor a sequence"),
    "a missing text": (["a", None], "X[1] is None", "fill in ''"),
    "tokens in lists": ([[["C"], ["D"]]], "X[0] has ['C'] of type list at place 0, no token"),
    "no sequences": ([], "X has no sequences"),
    "no tokens": ([[]], "X has no tokens"),
    "no text": ([""], "X has no tokens"),
}


@pytest.mark.parametrize("case", WRONG.values(), ids=WRONG)
def test_what_is_no_sequence(case, of_notes, raises_unchanged):
    X, *fragments = case
    for model in (SequenceGenerator(), of_notes):
        raises_unchanged(model, ["SequenceGenerator: X", *fragments], "fit", X, error=BOTH)
    for method in ("score", "perplexity"):
        raises_unchanged(of_notes, ["SequenceGenerator: "], method, X, error=BOTH)


DRAWS = {
    "no length": ({"length": -1}, "length=-1 must be an integer, at least 0"),
    "a fraction": ({"length": 2.5}, "length=2.5 must be an integer"),
    "below zero": ({"temperature": -1}, "temperature=-1 must be a finite number, at least 0"),
    "no temperature": ({"temperature": math.nan}, "temperature=nan must be a finite number"),
    "too hot": ({"temperature": math.inf}, "temperature=inf must be a finite number"),
    "a word": ({"temperature": "high"}, "temperature='high' must be a finite number"),
    "none": ({"top_k": 0}, "top_k=0 must be None or an integer, at least 1"),
    "a number": ({"prompt": 5}, "prompt is 5 of type int"),
    "None": ({"prompt": None}, "prompt is None"),
}


@pytest.mark.parametrize("case", DRAWS.values(), ids=DRAWS)
def test_draws_that_cannot_be(case, of_words, of_notes, raises_unchanged):
    arguments, fragment = case
    for model in (of_words, of_notes):
        fragments = ["SequenceGenerator.generate: ", fragment]
        raises_unchanged(model, fragments, "generate", error=BOTH, **arguments)


def test_prompts_of_another_kind(of_words, of_notes):
    for prompt in ([1, 2], ["the cat"]):
        with pytest.raises(TypeError, match=r"Generator.generate: .* fitted with texts, it needs"):
            of_words.generate(prompt)
    with pytest.raises(TypeError, match=r"generate: prompt is 'ab' .* needs one sequence"):
        of_notes.generate("ab")
    with pytest.raises(TypeError, match=r"generate: prompt has \['C'\] of type list at place 0"):
        of_notes.generate([["C"]])
    with pytest.raises(TypeError, match="SequenceGenerator: fitted with texts, got"):
        of_words.score([[1, 2]])
    with pytest.raises(TypeError, match="SequenceGenerator: fitted with sequences of tokens, got"):
        of_notes.score(["ab"])


def test_samples_that_cannot_be(of_words, raises_unchanged):
    where = "SequenceGenerator.sample: "
    for n_samples in (0, -1, 1.5, "2"):
        raises_unchanged(of_words, [where, f"n_samples={n_samples!r}"], "sample", n_samples)
    raises_unchanged(of_words, [where, "length=-1"], "sample", 1, -1)
    for method in ("sample", "generate"):
        with pytest.raises(NotFittedError):
            getattr(SequenceGenerator(), method)()

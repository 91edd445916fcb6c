"""SequenceGenerator: learns the next token, scores sequences and draws new ones."""

import math
import pickle

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning, NotFittedError

from skneural import SequenceGenerator
from skneural.estimators.recurrent.tokens import probabilities

pytestmark = [
    pytest.mark.needs_jit(reason="fits that last many epochs"),
    pytest.mark.filterwarnings(f"ignore::{ConvergenceWarning.__module__}.ConvergenceWarning"),
]
RHYME = "the cat sat on the mat"
MELODY = [60, 62, 64, 65, 67]


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
    assert set(model.generate("zzz", 5, random_state=0)) <= set("abc")


def test_bad_input(of_words, of_notes):
    with pytest.raises(TypeError, match="fitted with texts, got"):
        of_words.generate([1, 2])
    with pytest.raises(TypeError, match="fitted with sequences of tokens, got 'ab'"):
        of_notes.generate("ab")
    with pytest.raises(ValueError, match="SequenceGenerator: temperature=-1 is below 0"):
        of_words.generate("the", temperature=-1)
    with pytest.raises(ValueError, match="top_k=0 is not a positive integer"):
        of_words.generate("the", top_k=0)
    with pytest.raises(ValueError, match="SequenceGenerator: X has no sequences"):
        SequenceGenerator().fit([])
    with pytest.raises(ValueError, match="SequenceGenerator: X has no tokens"):
        SequenceGenerator().fit([[]])
    with pytest.raises(NotFittedError):
        SequenceGenerator().generate("a")

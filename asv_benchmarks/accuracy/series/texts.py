"""Texts: characters of Shakespeare, and opinions in sentences and in film reviews."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, StratifiedKFold
from sklearn.pipeline import Pipeline

from asv_benchmarks.accuracy.real_data import load_images
from asv_benchmarks.accuracy.series.contest import TRAINING, Contest
from skneural import RecurrentClassifier, SequenceGenerator, SeriesNetClassifier, TextTokenizer
from skneural.layers import Conv1D, Dropout, Embedding, GlobalAvgPool, GlobalMaxPool

TRAINED = 0.9  # of Shakespeare's characters, the first ones
WORDS = r"[\w']+|[!?]"  # a mark of exclamation is an opinion, and so is "don't"
PEER = "tf-idf + LogisticRegression"


@dataclass(frozen=True)
class Texts:
    """What suits texts of a length: in long ones the mean over words is surer than one phrase."""

    max_tokens: int
    max_length: int | None
    size: int  # of vectors and of layers
    phrase: int  # words of a convolution
    pooling: str


SENTENCES = Texts(4_000, None, 64, 3, "max")
REVIEWS = Texts(10_000, 1_000, 32, 2, "mean")
POOLING = {"max": GlobalMaxPool, "mean": GlobalAvgPool}


def shakespeare() -> Iterator[Contest]:
    """Tiny Shakespeare: minus nats a character on the last tenth, from the first nine."""
    text = load_images("tiny_shakespeare")
    middle = int(TRAINED * len(text))

    def characters(seed: int) -> tuple[float, float]:
        model = SequenceGenerator(
            window=128, hidden_layer_sizes=(128, 128), embedding_size=64, batch_size=16,
            learning_rate="cosine", learning_rate_init=0.003, max_iter=12, random_state=seed,
            **TRAINING,
        )
        begun = time.perf_counter()
        model.fit(text[:middle])
        seconds = time.perf_counter() - begun
        return model.score(text[middle:]), seconds

    yield Contest("Tiny Shakespeare, 12 epochs", {"lstm(128, 128)": characters}, -1.60, -1.55)


def sentences() -> Iterator[Contest]:
    """Opinions in 3,000 sentences on goods, films and restaurants."""
    X, y = load_images("sentiment_sentences")
    yield of_opinions("sentences in 5 folds", X, y, 0.83, SENTENCES)


def reviews() -> Iterator[Contest]:
    """Opinions in 2,000 film reviews."""
    X, y = load_images("movie_reviews")
    yield of_opinions("reviews in 5 folds", X, y, 0.863, REVIEWS)


def of_opinions(name: str, X: Any, y: Any, aim: float, texts: Texts) -> Contest:
    """Return a contest of networks and of a linear model, in one grid search for each seed.

    The aim is a point below what the linear model reaches.
    """

    @cache
    def search(seed: int) -> dict[str, tuple[float, float]]:
        models = opinion_models(seed, texts)
        grid = [{"features": [features], "model": [model]} for features, model in models.values()]
        pipeline = Pipeline([("features", "passthrough"), ("model", LogisticRegression())])
        cv = StratifiedKFold(5, shuffle=True, random_state=seed)
        found = GridSearchCV(pipeline, grid, cv=cv, refit=False).fit(X, y).cv_results_
        return dict(zip(
            models, zip(found["mean_test_score"], found["mean_fit_time"], strict=True), strict=True
        ))

    def of(model: str) -> Callable[[int], tuple[float, float]]:
        return lambda seed: search(seed)[model]

    trials = {model: of(model) for model in opinion_models(0, texts)}
    peers = {PEER: trials.pop(PEER)}
    return Contest(name, trials, 0.80, aim, peers)


def opinion_models(seed: int, texts: Texts) -> dict[str, tuple[Any, Any]]:
    """Return the features and the classifier of each model."""
    tokenizer = TextTokenizer(
        max_tokens=texts.max_tokens, token_pattern=WORDS, max_length=texts.max_length
    )
    n_tokens = texts.max_tokens + 2
    how: dict[str, Any] = {"learning_rate": "cosine", "random_state": seed, **TRAINING}
    convolution = SeriesNetClassifier(
        [
            Embedding(n_tokens, texts.size), Dropout(0.5),
            Conv1D(texts.size, texts.phrase, "relu", padding="same"), POOLING[texts.pooling](),
            Dropout(0.5),
        ],
        learning_rate_init=0.003, max_iter=10, **how,
    )
    gru = RecurrentClassifier(
        "gru", (texts.size,), bidirectional=True, dropout=0.5, pooling=texts.pooling,
        n_tokens=n_tokens, embedding_size=texts.size, max_iter=8, **how,
    )
    return {
        "Embedding + Conv1D": (tokenizer, convolution),
        "Embedding + GRU": (tokenizer, gru),
        PEER: (
            TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True),
            LogisticRegression(C=100, max_iter=1000),
        ),
    }

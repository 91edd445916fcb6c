"""Texts: characters of Shakespeare, and opinions in sentences and in film reviews."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, StratifiedKFold
from sklearn.pipeline import Pipeline

from asv_benchmarks.accuracy.real_data import load_images
from asv_benchmarks.accuracy.series.contest import TRAINING, Contest
from skneural import RecurrentClassifier, SequenceGenerator, SeriesNetClassifier, TextTokenizer
from skneural.layers import Conv1D, Dropout, Embedding, GlobalMaxPool

TRAINED = 0.9  # of Shakespeare's characters, the first ones
WORDS = r"[\w']+|[!?]"  # a mark of exclamation is an opinion, and so is "don't"
MOST_WORDS = 4_000
MOST_OF_A_REVIEW = 500
PEER = "tf-idf + LogisticRegression"


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
    yield of_opinions("sentences in 5 folds", *load_images("sentiment_sentences"), aim=0.825)


def reviews() -> Iterator[Contest]:
    """Opinions in 2,000 film reviews."""
    X, y = load_images("movie_reviews")
    yield of_opinions("reviews in 5 folds", X, y, aim=0.857, max_length=MOST_OF_A_REVIEW)


def of_opinions(name: str, X: Any, y: Any, aim: float, max_length: int | None = None) -> Contest:
    """Return a contest of networks and of a linear model, in one grid search for each seed."""

    @cache
    def search(seed: int) -> dict[str, tuple[float, float]]:
        models = opinion_models(seed, max_length)
        grid = [{"features": [features], "model": [model]} for features, model in models.values()]
        pipeline = Pipeline([("features", "passthrough"), ("model", LogisticRegression())])
        cv = StratifiedKFold(5, shuffle=True, random_state=seed)
        found = GridSearchCV(pipeline, grid, cv=cv, refit=False).fit(X, y).cv_results_
        return dict(zip(
            models, zip(found["mean_test_score"], found["mean_fit_time"], strict=True), strict=True
        ))

    def of(model: str) -> Callable[[int], tuple[float, float]]:
        return lambda seed: search(seed)[model]

    trials = {model: of(model) for model in opinion_models(0, max_length)}
    peers = {PEER: trials.pop(PEER)}
    return Contest(name, trials, 0.80, aim, peers)


def opinion_models(seed: int, max_length: int | None) -> dict[str, tuple[Any, Any]]:
    """Return the features and the classifier of each model."""
    tokenizer = TextTokenizer(max_tokens=MOST_WORDS, token_pattern=WORDS, max_length=max_length)
    n_tokens = MOST_WORDS + 2
    how: dict[str, Any] = {"learning_rate": "cosine", "random_state": seed, **TRAINING}
    convolution = SeriesNetClassifier(
        [
            Embedding(n_tokens, 64), Dropout(0.5), Conv1D(64, 3, "relu", padding="same"),
            GlobalMaxPool(), Dropout(0.5),
        ],
        learning_rate_init=0.003, max_iter=10, **how,
    )
    gru = RecurrentClassifier(
        "gru", bidirectional=True, dropout=0.5, pooling="max", n_tokens=n_tokens,
        embedding_size=64, max_iter=8, **how,
    )
    return {
        "Embedding + Conv1D": (tokenizer, convolution),
        "Embedding + GRU": (tokenizer, gru),
        PEER: (TfidfVectorizer(ngram_range=(1, 2)), LogisticRegression(C=10, max_iter=1000)),
    }

"""Tokens of language models: their ids, and the draw of the next one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

END, UNKNOWN, FIRST = 0, 1, 2  # ids: the end of a sequence, unknown tokens, the first token
LEAST = 1e-12  # probability of a token that the fit has not seen as a next one


def most_frequent(sequences: Sequence, most: int | None) -> dict[Any, int]:
    """Return the ids of the tokens of sequences, the most frequent first."""
    counts: dict[Any, int] = {}
    for sequence in sequences:
        for token in sequence:
            counts[token] = counts.get(token, 0) + 1
    tokens = sorted(counts, key=counts.__getitem__, reverse=True)[:most]
    return {token: number for number, token in enumerate(tokens, FIRST)}


def draw(
    probabilities: np.ndarray,
    temperature: float,
    top_k: int | None,
    random: np.random.RandomState,
) -> int:
    """Return the place of a token drawn by its probability."""
    scores = np.log(np.maximum(probabilities.astype(np.float64), LEAST))
    if top_k is not None and top_k < len(scores):
        scores[scores < np.partition(scores, -top_k)[-top_k]] = -np.inf
    if temperature == 0:
        return int(scores.argmax())
    weights = np.exp((scores - scores.max()) / temperature)
    return int(random.choice(len(weights), p=weights / weights.sum()))

"""The tokens of a language model: their ids, windows of them, and the draw of the next one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from ...preprocessing.text_tokenizer import TextTokenizer

END, UNKNOWN, FIRST = 0, 1, 2  # ids: the end of a sequence, unknown tokens, the first token
LEAST = 1e-12  # probability of a token that the fit has not seen as a next one


class Tokens:
    """The tokens of texts or of other sequences, and their ids.

    Parameters
    ----------
    owner : str
        The estimator's name, for errors.
    level : {"char", "word"}
        What a token of a text is.
    most : int or None
        Most tokens to learn.
    X : str, or sequence of str or of sequences of hashable tokens
        What to learn them from.

    Attributes
    ----------
    ids : dict
        Of the tokens.
    reads_text : bool
        Whether the sequences are texts.
    """

    def __init__(self, owner: str, level: str, most: int | None, X: Any):
        self._owner, self._level = owner, level
        sequences = _listed(X)
        if not sequences:
            raise ValueError(f"{owner}: X has no sequences; at least one is needed")
        self.reads_text = isinstance(sequences[0], str)
        if self.reads_text:
            self._tokenizer = TextTokenizer(level, max_tokens=most, lowercase=False)
            self.ids: dict[Any, int] = dict(self._tokenizer.fit(sequences).vocabulary_)
        else:
            counts = Counter(token for sequence in sequences for token in sequence)
            self.ids = {
                token: number for number, (token, _) in enumerate(counts.most_common(most), FIRST)
            }

    def encode(self, sequence: Any) -> np.ndarray:
        """Return the ids of the tokens of a text or sequence.

        Raises
        ------
        TypeError
            For a text where the fit was of sequences, or the reverse.
        """
        if isinstance(sequence, str) != self.reads_text:
            wanted = "texts" if self.reads_text else "sequences of tokens"
            raise TypeError(f"{self._owner}: fitted with {wanted}, got {sequence!r:.40}")
        if self.reads_text:
            (tokens,) = self._tokenizer._tokens([sequence])
        else:
            tokens = list(sequence)
        return np.array([self.ids.get(token, UNKNOWN) for token in tokens], np.int64)

    def decode(self, ids: Sequence[int]) -> Any:
        """Return the text or the list of tokens of ids, unknown ones left out."""
        names = {number: token for token, number in self.ids.items()}
        tokens = [names[i] for i in ids if i in names]
        if not self.reads_text:
            return tokens
        return ("" if self._level == "char" else " ").join(tokens)

    def stream(self, X: Any) -> np.ndarray:
        """Return the ids of sequences, one behind the other, with ends around each."""
        parts = [part for each in _listed(X) for part in (self.encode(each), [END])]
        stream = np.concatenate([[END], *parts]).astype(np.int64)
        if len(stream) < 3:
            raise ValueError(f"{self._owner}: X has no tokens; at least one is needed")
        return stream


def _listed(X: Any) -> list:
    return [X] if isinstance(X, str) else list(X)


def probabilities(network: Any, windows: Sequence[np.ndarray]) -> Iterator[np.ndarray]:
    """Yield the probabilities of each class behind each token of windows."""
    filled = np.zeros((len(windows), network.input_shape_[0], 1), np.float32)
    for row, window in zip(filled, windows, strict=True):
        row[: len(window), 0] = window  # a step depends on those before it only
    for row, window in zip(network.predict_proba(filled), windows, strict=True):
        yield row[: len(window)]


def draw(
    found: np.ndarray, temperature: float, top_k: int | None, random: np.random.RandomState
) -> int:
    """Return the place of a token drawn by its probability."""
    scores = np.log(np.maximum(found.astype(np.float64), LEAST))
    if top_k is not None and top_k < len(scores):
        scores[scores < np.partition(scores, -top_k)[-top_k]] = -np.inf
    if temperature == 0:
        return int(scores.argmax())
    weights = np.exp((scores - scores.max()) / temperature)
    return int(random.choice(len(weights), p=weights / weights.sum()))

"""The tokens of a language model: their ids, windows of them, and the draw of the next one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from ...preprocessing.texts import shown, splitter

END, UNKNOWN, FIRST = 0, 1, 2  # ids: the end of a sequence, unknown tokens, the first token
LEAST = 1e-12  # probability of a token that the fit has not seen as a next one
_WORD = r"\w+(?:'\w+)*|[^\w\s]"


class Tokens:
    """The tokens of texts or of other sequences, and their ids.

    Parameters
    ----------
    owner : str
        The estimator's name, for errors.
    level : {"char", "word"}
        What a token of a text is.
    lowercase : bool
        Whether capitals of a text become small letters.
    pattern : str or None
        Of words; None is that of words and marks.

    Attributes
    ----------
    ids : dict
        Of the tokens.
    reads_text : bool
        Whether the sequences are texts.
    """

    def __init__(self, owner: str, level: str, lowercase: bool, pattern: str | None):
        self._owner, self._between = owner, "" if level == "char" else " "
        self._how = (level, lowercase, _WORD if pattern is None else pattern, owner)

    def learn(self, X: Any, most: int | None) -> np.ndarray:
        """Learn tokens, at most so many of the most frequent, and return the stream of their ids.

        Parameters
        ----------
        X : str, or iterable of str or of sequences of hashable tokens
        most : int or None
        """
        sequences = read_sequences(X, self._owner)
        self.reads_text = isinstance(sequences[0], str)
        parts = [self._split(sequence) for sequence in sequences]
        counts = Counter(token for part in parts for token in part)
        found = counts.most_common()
        if self.reads_text:
            found.sort(key=lambda pair: (-pair[1], pair[0]))
        self.ids: dict[Any, int] = {t: number for number, (t, _) in enumerate(found[:most], FIRST)}
        return self._joined(parts)

    def stream(self, X: Any) -> np.ndarray:
        """Return the ids of sequences, one behind the other, with ends around each.

        Raises
        ------
        TypeError
            For texts where the fit was of sequences, or the reverse.
        """
        sequences = read_sequences(X, self._owner)
        for sequence in sequences:
            if isinstance(sequence, str) != self.reads_text:
                raise TypeError(
                    f"{self._owner}: fitted with {self._wanted()}, got {shown(sequence)}"
                )
        return self._joined([self._split(sequence) for sequence in sequences])

    def read_prompt(self, prompt: Any) -> Any:
        """Return a prompt as a text or a list of tokens.

        Raises
        ------
        TypeError
            If it is no text for a model of texts, or no sequence of tokens for one of these.
        """
        what = f"{self._owner}.generate: prompt"
        if self.reads_text:
            if isinstance(prompt, str):
                return prompt
            raise TypeError(f"{what} is {shown(prompt)}; fitted with texts, it needs one text")
        if isinstance(prompt, str):
            if not prompt:
                return []
            raise TypeError(
                f"{what} is {shown(prompt)}; fitted with sequences of tokens, it needs one sequence"
            )
        return _tokens(prompt, what)

    def encode(self, sequence: str | list) -> np.ndarray:
        """Return the ids of the tokens of a text or sequence."""
        return self._ids(self._split(sequence))

    def continued(self, prompt: str | list, ids: Sequence[int]) -> Any:
        """Return a prompt followed by the tokens of ids."""
        names = {number: token for token, number in self.ids.items()}
        drawn = [names[i] for i in ids]
        if not isinstance(prompt, str):
            return [*prompt, *drawn]
        joint = "" if not prompt or prompt[-1].isspace() or not drawn else self._between
        return prompt + joint + self._between.join(drawn)

    def _split(self, sequence: str | list) -> list:
        return splitter(*self._how)(sequence) if isinstance(sequence, str) else sequence

    def _ids(self, tokens: list) -> np.ndarray:
        return np.array([self.ids.get(token, UNKNOWN) for token in tokens], np.int64)

    def _joined(self, parts: list[list]) -> np.ndarray:
        stream = np.concatenate(
            [[END], *(part for tokens in parts for part in (self._ids(tokens), [END]))]
        ).astype(np.int64)
        if not any(parts):
            raise ValueError(f"{self._owner}: X has no tokens; at least one is needed")
        return stream

    def _wanted(self) -> str:
        return "texts" if self.reads_text else "sequences of tokens"


def read_sequences(X: Any, owner: str) -> list:
    """Return a list of texts or of lists of tokens; a single text counts as one.

    Parameters
    ----------
    X : str, or iterable of str or of sequences of hashable tokens
    owner : str
        The estimator's name, for errors.

    Raises
    ------
    TypeError
        If X or an item of it is of another type, or texts and sequences are mixed.
    ValueError
        If X is a data frame or empty.
    """
    if isinstance(X, str):
        return [X]
    if hasattr(X, "columns"):
        raise ValueError(
            f"{owner}: X is a data frame, where a sequence of texts or of sequences of tokens is"
            " needed, such as its column X['text'], or X.to_numpy() for a sequence a row"
        )
    if isinstance(X, (bytes, Mapping)) or not _can_be_listed(X):
        raise TypeError(
            f"{owner}: X is {shown(X)}, where texts or sequences of tokens are needed"
        )
    items = list(X)
    if not items:
        raise ValueError(f"{owner}: X has no sequences; at least one is needed")
    if any(isinstance(item, str) for item in items):
        for place, item in enumerate(items):
            if not isinstance(item, str):
                raise TypeError(
                    f"{owner}: X[{place}] is {shown(item)}, no text as others are; fill in '' where"
                    " a text is missing, or split each text into tokens"
                )
        return items
    return [_tokens(item, f"{owner}: X[{place}]") for place, item in enumerate(items)]


def _tokens(sequence: Any, what: str) -> list:
    """Return the tokens of a sequence as a list."""
    wrong = isinstance(sequence, (bytes, Mapping)) or hasattr(sequence, "columns")
    if wrong or not _can_be_listed(sequence):
        raise TypeError(
            f"{what} is {shown(sequence)}, neither a text nor a sequence of tokens; put the tokens"
            " of a sequence into a list of their own"
        )
    tokens = list(sequence)
    for place, token in enumerate(tokens):
        if not _is_token(token):
            raise TypeError(
                f"{what} has {shown(token)} at place {place}, no token: a token is hashable, as"
                " are strings, numbers and tuples of them"
            )
    return tokens


def _can_be_listed(values: Any) -> bool:
    return isinstance(values, Iterable) and getattr(values, "ndim", 1) > 0


def _is_token(value: Any) -> bool:
    if not isinstance(value, Hashable):
        return False
    try:
        hash(value)
    except TypeError:  # a tuple of lists
        return False
    return True


def windows_of(stream: np.ndarray, most: int) -> tuple[np.ndarray, np.ndarray]:
    """Return windows of a stream and the id after each of their steps, (n_windows, steps).

    The last window ends with the stream, so that it may overlap the one before.

    Parameters
    ----------
    stream : ndarray of shape (n,)
    most : int
        Steps of a window, fewer if the stream is shorter.
    """
    steps = min(most, len(stream) - 1)
    last = len(stream) - 1 - steps
    begins = np.append(np.arange(0, last, steps), last)
    places = begins[:, None] + np.arange(steps)
    return stream[places], stream[places + 1]


def probabilities(network: Any, windows: Sequence[np.ndarray]) -> Iterator[np.ndarray]:
    """Yield the probabilities of each class behind each token of windows."""
    filled = np.zeros((len(windows), network.input_shape_[0], 1), np.float32)
    for row, window in zip(filled, windows, strict=True):
        row[: len(window), 0] = window  # a step depends on those before it only
    for row, window in zip(network.predict_proba(filled), windows, strict=True):
        yield row[: len(window)]


def draw(
    found: np.ndarray,
    allowed: np.ndarray,
    temperature: float,
    top_k: int | None,
    random: np.random.RandomState,
) -> int:
    """Return the place of a token drawn by its probability.

    Parameters
    ----------
    found : ndarray of shape (n_classes,)
        Probabilities.
    allowed : ndarray of bool, of shape (n_classes,)
        Which tokens may be drawn.
    temperature : float
    top_k : int or None
    random : RandomState
    """
    likely = np.log(np.maximum(found.astype(np.float64), LEAST))
    scores = np.where(allowed, likely, -np.inf)
    if top_k is not None and top_k < len(scores):
        scores[scores < np.partition(scores, -top_k)[-top_k]] = -np.inf
    if temperature == 0:
        return int(scores.argmax())
    with np.errstate(over="ignore"):  # the least temperatures make -inf of finite differences
        weights = np.exp((scores - scores.max()) / temperature)
    return int(random.choice(len(weights), p=weights / weights.sum()))

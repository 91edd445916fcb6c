"""Series of unequal lengths: threads, each with its rows, learn the bits that one learns."""

import numpy as np
import pytest

from skneural import RecurrentClassifier

RANDOM = np.random.default_rng(0)
# a long series among short ones: a thread may be at its own rows before another has read it
LENGTHS = np.where(np.arange(200) % 16 == 15, 40, RANDOM.integers(2, 20, 200))
SERIES = [RANDOM.normal(size=(length, 6)) for length in LENGTHS]
LABELS = np.arange(200) % 3


@pytest.mark.needs_jit(reason="hundreds of batches")
@pytest.mark.parametrize("bidirectional", [False, True])
@pytest.mark.parametrize("cell", ["lstm", "gru", "elman"])
def test_any_number_of_threads_learns_the_same(cell, bidirectional):
    models = [
        RecurrentClassifier(
            cell, (24,), bidirectional=bidirectional, max_iter=12, random_state=0, n_jobs=n_jobs
        ).fit(SERIES, LABELS)
        for n_jobs in (1, 2, 2, 2, 3)
    ]
    for model in models[1:]:
        assert model.loss_curve_ == models[0].loss_curve_
        np.testing.assert_array_equal(
            model.predict_proba(SERIES), models[0].predict_proba(SERIES)
        )

"""The benchmark of data larger than memory: all kinds of files are fitted on."""

from pathlib import Path

import numpy as np
import pytest

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


def test_files_are_fitted_on_in_windows(monkeypatch, tmp_path):
    monkeypatch.syspath_prepend(Path(__file__).resolve().parents[2])
    from asv_benchmarks import blocks

    runs = blocks.contestants(tmp_path, 3000, 5, (4,), 1, epochs=1)
    assert {"memory", "npy"} <= runs.keys()
    losses = {name: run().loss_ for name, run in runs.items()}
    assert np.isfinite(list(losses.values())).all()
    assert losses["npy"] != losses["memory"]  # orders differ

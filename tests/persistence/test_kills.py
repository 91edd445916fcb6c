"""Processes that are killed at random moments; the one that ends has the bits of another."""

import os
import random
import subprocess
import sys
import time

import numpy as np
import pytest

from _saved_models import same
from skneural.callbacks import HAS_CALLBACKS
from skneural.persistence import load

pytestmark = [
    pytest.mark.skipif(not HAS_CALLBACKS, reason="callbacks need scikit-learn 1.9"),
    pytest.mark.needs_jit(reason="fits in processes of their own"),
    pytest.mark.slow,
    pytest.mark.timing,
]

PROGRAM = """
import os
import sys
import time

from sklearn.datasets import load_digits
from skneural import BernoulliRBM, ConvNetClassifier, MLPClassifier
from skneural.augmentation import Shift
from skneural.optimizers import SGD
from skneural.persistence import Checkpoint, load, save

what, checkpoint, result = sys.argv[1:]
n_epochs = {"adam": 80, "convolutions": 40}.get(what, 60)
X, y = load_digits(n_class=5, return_X_y=True)
X, y = X[:256] / 16, y[:256]
how = {"max_iter": n_epochs, "random_state": 0, "tol": 0.0, "n_iter_no_change": 10**6}
model = {
    "adam": lambda: MLPClassifier((16,), dropout=0.1, early_stopping=True, batch_size=64, **how),
    "sgd": lambda: MLPClassifier((16,), solver=SGD(0.9), learning_rate="cosine", **how),
    "convolutions": lambda: ConvNetClassifier(
        (4,), image_shape=(8, 8, 1), augmentation=Shift(1), batch_size=64, **how),
    "lbfgs": lambda: MLPClassifier((16,), solver="lbfgs", max_iter=n_epochs, random_state=0, tol=0),
    "machine": lambda: BernoulliRBM(8, n_iter=n_epochs, random_state=0, algorithm="pcd"),
    "stream": lambda: MLPClassifier((16,), random_state=0),
}[what]()


class Slow:
    setup = teardown = on_fit_task_begin = lambda *a, **k: None

    def on_fit_task_end(self, estimator, context, **data):
        time.sleep(0.02)


callbacks = [] if checkpoint == "-" else [Checkpoint(checkpoint), Slow()]
if what == "stream":
    if os.path.exists(checkpoint):
        model = load(checkpoint)
    while getattr(model, "t_", 0) < 8 * n_epochs:
        rows = slice(model.t_ % 256, model.t_ % 256 + 8) if hasattr(model, "t_") else slice(8)
        model.set_callbacks(*callbacks).partial_fit(X[rows], y[rows], classes=range(5))
else:
    model.set_callbacks(*callbacks).fit(X, y)
save(model.set_callbacks(), result)
"""
KILLS = {"adam": 5, "sgd": 3, "convolutions": 3, "lbfgs": 3, "machine": 3, "stream": 3}


def test_there_are_twenty():
    assert sum(KILLS.values()) == 20


@pytest.mark.parametrize("what", list(KILLS))
@pytest.mark.filterwarnings("ignore")
def test_a_process_is_killed(what, tmp_path, monkeypatch):
    checkpoint, moments = tmp_path / "checkpoint", random.Random(what)
    arguments = [what, str(checkpoint), str(tmp_path / "resumed")]

    def start():
        command = [sys.executable, "-c", PROGRAM, *arguments]
        return subprocess.Popen(command, env=dict(os.environ, PYTHONWARNINGS="ignore"))

    for kill in range(KILLS[what]):
        process, began = start(), time.monotonic()
        before = checkpoint.stat().st_mtime_ns if checkpoint.exists() else None
        while process.poll() is None and time.monotonic() - began < 60:
            if checkpoint.exists() and checkpoint.stat().st_mtime_ns != before:
                break
            time.sleep(0.002)
        time.sleep(moments.uniform(0, 0.15))
        assert process.poll() is None, f"it ended before it was killed {kill + 1} times"
        process.kill()
        process.wait()
    assert start().wait() == 0
    monkeypatch.setattr(sys, "argv", ["-", what, "-", str(tmp_path / "whole")])
    exec(PROGRAM, {})
    whole, resumed = load(tmp_path / "whole"), load(tmp_path / "resumed")
    for name, value in vars(whole).items():
        if name.endswith("_") and not isinstance(value, np.random.RandomState):
            assert same(vars(resumed)[name], value), name

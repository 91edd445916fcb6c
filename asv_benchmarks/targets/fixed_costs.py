"""What this library takes before and besides training.

`python -m asv_benchmarks.targets.fixed_costs CLOCK SECONDS NAME ...` prints the seconds of each
cost as JSON. Only the public API is used, so that any commit's sources can be measured.
"""

from __future__ import annotations

import json
import sys
import warnings
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec

from asv_benchmarks.peers.child import CLOCKS, pin_to_one_core
from asv_benchmarks.targets.probes import classes, images


@dataclass(frozen=True)
class Cost:
    """A fixed cost: the function here that measures it, and what it is given.

    Parameters
    ----------
    probe : str
        Name of a function of a clock, seconds and `arguments`; it returns seconds.
    arguments : tuple
    cold : bool
        Whether each measurement starts with an empty kernel cache.
    processes : int
        What can be measured once in a process is measured in so many, of which the quickest
        counts; 0 for what can share a process with others.
    """

    probe: str
    arguments: tuple = ()
    cold: bool = False
    processes: int = 0


MLP, CONVNET, AUTOENCODER = "MLPClassifier", "ConvNetClassifier", "AutoencoderTransformer"
COSTS = {
    "import": Cost("import_time", processes=3),
    "first fit MLP, empty cache": Cost("first_fit", (MLP,), cold=True, processes=1),
    "first fit ConvNet, empty cache": Cost("first_fit", (CONVNET,), cold=True, processes=1),
    "first fit MLP, filled cache": Cost("first_fit", (MLP,), processes=3),
    "small fit MLP": Cost("small_fit", (MLP,)),
    "small fit ConvNet": Cost("small_fit", (CONVNET,)),
    "small fit autoencoder": Cost("small_fit", (AUTOENCODER,)),
    "partial_fit of one row MLP": Cost("one_row", (MLP, "partial_fit")),
    "predict_proba of one row MLP": Cost("one_row", (MLP, "predict_proba")),
    "predict_proba of one image ConvNet": Cost("one_row", (CONVNET, "predict_proba")),
}


def least(clock, run, seconds: float) -> float:
    """Seconds of the quickest of the calls that fit into a time; the first is not timed."""
    run()
    best, end = float("inf"), clock() + seconds
    while True:
        start = clock()
        run()
        now = clock()
        best = min(best, now - start)
        if now > end:
            return best


def source() -> str:
    """The file of the package that is measured, which is not imported."""
    return find_spec("skneural").origin


def import_time(clock, seconds: float) -> float:
    """Seconds of the import."""
    start = clock()
    import_module("skneural")
    return clock() - start


def case(name: str, n_samples: int):
    """A small estimator of a name, with data."""
    X, y = images(n_samples, 8) if name.startswith("ConvNet") else classes(n_samples, 20)
    parameters = {"filters": (4,)} if name.startswith("ConvNet") else {"hidden_layer_sizes": (16,)}
    made = getattr(import_module("skneural"), name)
    return made(**parameters, max_iter=5, random_state=0), X, y


def first_fit(clock, seconds: float, name: str) -> float:
    """Seconds of the first fit of this process."""
    estimator, X, y = case(name, 500)
    start = clock()
    estimator.fit(X, y)
    return clock() - start


def small_fit(clock, seconds: float, name: str) -> float:
    """Seconds of five epochs on 100 samples, where what is done once a fit counts most."""
    estimator, X, y = case(name, 100)
    return least(clock, lambda: estimator.fit(X, y), seconds)


def one_row(clock, seconds: float, name: str, method: str) -> float:
    """Seconds of a method on one row of a fitted estimator."""
    estimator, X, y = case(name, 100)
    call = getattr(estimator.fit(X, y), method)
    data = (X[:1], y[:1]) if method == "partial_fit" else (X[:1],)
    return least(clock, lambda: call(*data), seconds)


if __name__ == "__main__":
    warnings.simplefilter("ignore")  # ConvergenceWarning: few epochs on purpose
    if sys.argv[1:] == ["source"]:
        print(json.dumps(source()))
    else:
        pin_to_one_core()
        clock, seconds, *names = sys.argv[1:]
        print(json.dumps({
            name: globals()[cost.probe](CLOCKS[clock], float(seconds), *cost.arguments)
            for name, cost in COSTS.items() if name in names
        }))

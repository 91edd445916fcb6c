"""Time of the import and of a process's first fit."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from .common import ESTIMATORS, Benchmark

FIRST_FIT = """
import time
from benchmarks.common import make_case

estimator, X, y = make_case("%(name)s", max_iter=5, tol=0)
start = time.perf_counter()
estimator.fit(X, y)
print(time.perf_counter() - start)
"""
FOLDER = Path(__file__).resolve().parents[1]


class Import(Benchmark):
    """Import of the package in a fresh interpreter."""

    def timeraw_import(self):
        return "import skneural"

    def timeraw_import_scikit_learn(self):
        return "import sklearn.neural_network"


class FirstFit(Benchmark):
    """First fit of a process, with an empty kernel cache and with a filled one."""

    param_names = ("estimator",)
    params = (tuple(ESTIMATORS),)
    unit = "seconds"

    def setup(self, name):
        self.folder = tempfile.TemporaryDirectory()

    def teardown(self, name):
        self.folder.cleanup()

    def first_fit(self, name):
        """Seconds of the first fit of a new process."""
        paths = [str(FOLDER), *filter(None, [os.environ.get("PYTHONPATH")])]
        environment = {
            **os.environ,
            "SKNEURAL_CACHE_DIR": self.folder.name,
            "PYTHONPATH": os.pathsep.join(paths),
        }
        command = [sys.executable, "-W", "ignore", "-c", FIRST_FIT % {"name": name}]
        return float(subprocess.check_output(command, env=environment, text=True))

    def track_empty_cache(self, name):
        return self.first_fit(name)

    def track_filled_cache(self, name):
        self.first_fit(name)
        return min(self.first_fit(name) for _ in range(3))

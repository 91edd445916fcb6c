"""The first fit ever of an installed wheel: what it takes over the second one, in fresh processes.

`python -m asv_benchmarks.first_fit` builds a wheel with kernels for this machine's processor (or
takes `--wheel dist/scikit_neural-*.whl`), installs it in an environment of its own, and there runs
each case in fresh processes with an empty cache: the first fit of a perceptron and of a
convolutional network, and the first prediction of models that were pickled, each beside a second
one in the same process. Cases alternate, with the wheel's kernels and, once, compiled instead. It
prints medians in milliseconds, and whether Numba or llvmlite were imported.
"""

from __future__ import annotations

import argparse
import glob
import itertools
import json
import os
import statistics
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ROUNDS = 7

PROGRAM = """
import json, pickle, sys, time, warnings
from pathlib import Path
from sklearn.datasets import load_digits
from skneural import ConvNetClassifier, MLPClassifier

warnings.simplefilter("ignore")
case, path = sys.argv[1], Path(sys.argv[2])
X, y = load_digits(return_X_y=True)
X = X / 16
settings = {"max_iter": 2, "random_state": 0}
models = {"perceptron": MLPClassifier((100,), **settings),
          "convolutional network": ConvNetClassifier(image_shape=(8, 8, 1), **settings)}
name, _, unpickled = case.partition(", ")
work = models[name].fit, (X, y)
if unpickled and not path.exists():
    path.write_bytes(pickle.dumps(models[name].fit(X, y)))
    sys.exit()
if unpickled:
    work = pickle.loads(path.read_bytes()).predict, (X,)
times = []
for _ in range(2):
    begin = time.perf_counter()
    work[0](*work[1])
    times.append(time.perf_counter() - begin)
print(json.dumps({"first": times[0], "second": times[1], "compilers": sorted(
    {"numba", "llvmlite"} & sys.modules.keys())}))
"""
CASES = ("perceptron", "convolutional network", "perceptron, unpickled",
         "convolutional network, unpickled")


def run(case: str, python: str | Path, folder: Path, **environment: str) -> dict:
    """Run a case in a fresh process on an empty cache in a folder; return what it tells."""
    with tempfile.TemporaryDirectory(dir=folder) as cache:
        variables = {**os.environ, "SKNEURAL_CACHE_DIR": cache, **environment}
        model = folder / f"{case.partition(',')[0]}.pickle"
        command = [str(python), "-c", PROGRAM, case, str(model)]
        if "unpickled" in case and not model.exists():
            subprocess.run(command, check=True, env=variables, cwd=folder)
            return run(case, python, folder, **environment)
        done = subprocess.run(command, check=True, env=variables, cwd=folder, capture_output=True)
    return json.loads(done.stdout)


def measure(python: str | Path, folder: Path, n_rounds: int) -> dict[str, list[dict]]:
    """Run all cases in turns, each round in another order of theirs; return what they told."""
    found: dict[str, list[dict]] = {case: [] for case in CASES}
    for number in range(n_rounds):
        for case in itertools.islice(itertools.cycle(CASES), number, number + len(CASES)):
            found[case].append(run(case, python, folder))
    return found


def table(found: dict[str, list[dict]], title: str) -> list[str]:
    """Return the lines of a table, of what cases told."""
    lines = [f"{title:34} first  second  over it   most   imported"]
    for case, each in found.items():
        first, second = ([1e3 * one[name] for one in each] for name in ("first", "second"))
        over = [a - b for a, b in zip(first, second, strict=True)]
        imported = " ".join(sorted({name for one in each for name in one["compilers"]}))
        lines.append(
            f"{case:34} {statistics.median(first):5.0f} {statistics.median(second):7.0f}"
            f" {statistics.median(over):8.0f} {max(over):6.0f}   {imported or '-'}")
    return lines


def built(folder: Path) -> Path:
    """Build a wheel with kernels for the best instruction set that this machine has."""
    from skneural.engine.compile.shipped import _wanted

    subprocess.run([sys.executable, ROOT / ".ci" / "ship_kernels.py", _wanted().name], check=True)
    subprocess.run([sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", folder, ROOT],
                   check=True)
    (wheel,) = folder.glob("*.whl")
    return wheel


def installed(wheel: Path, folder: Path) -> Path:
    """Install a wheel in a new environment; return its Python."""
    venv.create(folder, with_pip=True)
    python = folder / ("Scripts" if os.name == "nt" else "bin") / "python"
    subprocess.run([python, "-m", "pip", "install", "-q", wheel], check=True)
    return python


def main() -> None:
    """Install, measure, and print tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--wheel", help="the wheel to install; built if none is given")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    options = parser.parse_args()
    os.environ.pop("PYTHONPATH", None)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        wheel = Path(glob.glob(options.wheel)[0]) if options.wheel else built(folder)
        print(f"{wheel.name}: {wheel.stat().st_size / 1e6:.1f} MB", flush=True)
        python = installed(wheel.resolve(), folder / "environment")
        for case in CASES:
            run(case, python, folder)  # reads files into memory, and pickles the models
        print("\n".join(table(measure(python, folder, options.rounds), "with the wheel's kernels")))
        compiled = {case: [run(case, python, folder, SKNEURAL_SHIPPED_KERNELS="0")]
                    for case in CASES}
        print("\n".join(table(compiled, "compiled, once")))


if __name__ == "__main__":
    main()

"""Outlier detection on the sets of the optional data folder, beside other detectors.

`python -m asv_benchmarks.outliers` prints the area under the ROC curve and the average precision,
which of rows drawn at random is the share of outliers: means over some seeds where a detector draws
random numbers. Features are standardised; every detector is fitted on all rows without labels and
scores the same rows. PyOD's AutoEncoder takes part if it is installed.
"""

from __future__ import annotations

import argparse
import time
import warnings

import numpy as np
from sklearn.ensemble import IsolationForest
from sklearn.metrics import average_precision_score, roc_auc_score
from sklearn.neighbors import LocalOutlierFactor
from sklearn.preprocessing import StandardScaler
from sklearn.svm import OneClassSVM

from asv_benchmarks.accuracy.real_data import load_images
from skneural import NeuralOutlierDetector

SETS = ("cardio", "shuttle")
BEHIND = 0.02  # what the detector may be behind IsolationForest


def ours(X, seed: int):
    return -NeuralOutlierDetector(random_state=seed).fit(X).score_samples(X)


def variational(X, seed: int):
    detector = NeuralOutlierDetector(variational=True, sparsity=None, beta=2.0, random_state=seed)
    return -detector.fit(X).score_samples(X)


def isolation_forest(X, seed: int):
    return -IsolationForest(random_state=seed).fit(X).score_samples(X)


def one_class_svm(X, seed: int):
    return -OneClassSVM().fit(X).score_samples(X)


def local_outlier_factor(X, seed: int):
    return -LocalOutlierFactor().fit(X).negative_outlier_factor_


def pyod(X, seed: int):
    from pyod.models.auto_encoder import AutoEncoder

    return AutoEncoder(random_state=seed, verbose=0).fit(X).decision_scores_


DETECTORS = {
    "NeuralOutlierDetector": (ours, True),
    "the same, variational": (variational, True),
    "IsolationForest": (isolation_forest, True),
    "OneClassSVM": (one_class_svm, False),
    "LocalOutlierFactor": (local_outlier_factor, False),
    "PyOD AutoEncoder": (pyod, True),
}


def measure(name: str, seeds: int) -> dict[str, float]:
    """Print a line for each detector on a set; return the mean areas under the ROC curve."""
    X, y = load_images(name)
    X = StandardScaler().fit_transform(X).astype("float32")
    print(f"{name}: {len(X)} rows, {X.shape[1]} features, {np.mean(y):.1%} outliers")
    print(f"  {'':22} {'ROC AUC':>17} {'precision':>17}")
    areas = {}
    for detector, (score, is_random) in DETECTORS.items():
        start = time.perf_counter()
        try:
            scores = [score(X, seed) for seed in range(seeds if is_random else 1)]
        except ImportError as error:
            print(f"  {detector:22} {error}")
            continue
        seconds = (time.perf_counter() - start) / len(scores)
        found = [(roc_auc_score(y, s), average_precision_score(y, s)) for s in scores]
        means, spreads = np.mean(found, axis=0), np.std(found, axis=0)
        areas[detector] = float(means[0])
        columns = [f"{m:.4f} +- {s:.4f}" for m, s in zip(means, spreads, strict=True)]
        print(f"  {detector:22} {columns[0]:>17} {columns[1]:>17} {seconds:8.1f} s")
    return areas


def main(arguments: list[str] | None = None) -> None:
    """Measure every set and say whether the target is met."""
    parser = argparse.ArgumentParser("python -m asv_benchmarks.outliers", description=__doc__)
    parser.add_argument("--sets", nargs="+", choices=SETS, default=SETS)
    parser.add_argument("--seeds", type=int, default=5)
    options = parser.parse_args(arguments)
    warnings.simplefilter("ignore")
    for name in options.sets:
        areas = measure(name, options.seeds)
        own, forest = areas["NeuralOutlierDetector"], areas["IsolationForest"]
        rank = 1 + sum(area > own for other, area in areas.items() if "same" not in other)
        met = "met" if own >= forest - BEHIND else "MISSED"
        print(f"  rank {rank}; at most {BEHIND} behind IsolationForest: {met}")


if __name__ == "__main__":
    main()

"""
================================
Networks among other classifiers
================================

You have a ``Pipeline`` and a ``GridSearchCV`` with support vector machines and trees in
it, and would like to know whether a neural network does better. Add one: same pipeline,
same search, same folds.

There are two tables: scikit-learn's digits, 1,797 images of 8 x 8 pixels, and a part of
the census of 1994, with numbers and categories. As a script, this prints a table for
each and saves a picture of both::

    python examples/plot_compare_classifiers.py --output comparison.png
"""

# %%
# A search for each classifier
# ----------------------------
#
# Each classifier has its own grid, which includes the scaler: there are two for support vector
# machines and networks, and none for trees. The convolutional network reads the pixels
# directly.

import argparse
import sys
import time
import warnings

import matplotlib.pyplot as plt
import numpy as np
from sklearn.compose import make_column_selector, make_column_transformer
from sklearn.datasets import load_digits
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import (
    GridSearchCV,
    StratifiedKFold,
    StratifiedShuffleSplit,
)
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import (
    KBinsDiscretizer,
    MinMaxScaler,
    OneHotEncoder,
    StandardScaler,
)
from sklearn.svm import SVC

from skneural import ConvNetClassifier, MLPClassifier
from skneural.datasets import load_census

warnings.simplefilter("ignore", ConvergenceWarning)  # the epochs are planned
warnings.filterwarnings("ignore", "Bins whose width")  # fewer numbers than bins

scalers = [StandardScaler(), MinMaxScaler()]
network = MLPClassifier(learning_rate="cosine", dtype="float32", random_state=0)
images = ConvNetClassifier(
    normalization="batch", dropout=0.5, learning_rate="cosine", batch_size=64,
    max_iter=25, dtype="float32", random_state=0,
)  # fmt: skip
digits = {
    LogisticRegression(max_iter=1000): {
        "columns": scalers,
        "classifier__C": [0.1, 1.0],
    },
    SVC(): {
        "columns": scalers,
        "classifier__C": [1.0, 10.0, 100.0],
        "classifier__gamma": [0.005, 0.02, 0.1],
    },
    RandomForestClassifier(200, random_state=0): {
        "classifier__max_features": ["sqrt", 0.25],
    },
    HistGradientBoostingClassifier(max_iter=40, random_state=0): {
        "classifier__learning_rate": [0.1, 0.3],
    },
    network: {
        "columns": scalers,
        "classifier__hidden_layer_sizes": [(256, 128)],
        "classifier__learning_rate_init": [0.005],
        "classifier__max_iter": [50],
        "classifier__dropout": [0.0, 0.3],
    },
    images: {
        "classifier__learning_rate_init": [0.005],
        "classifier__filters": [(48, 96)],
        "classifier__label_smoothing": [0.0, 0.1],
    },
}

# %%
# The census has columns of numbers and of categories. One-hot columns are for all
# classifiers except the trees, which use categories directly. For linear models and
# networks the numbers may also be cut into bins: see
# :ref:`sphx_glr_gallery_plot_tables_with_categories.py`.

numbers = make_column_selector(dtype_include=np.number)
categories = make_column_selector(dtype_include="category")
one_hot = OneHotEncoder(handle_unknown="ignore", dtype=np.float32)
bins = KBinsDiscretizer(100, strategy="kmeans", encode="onehot", dtype=np.float32)
scaled = make_column_transformer((StandardScaler(), numbers), (one_hot, categories))
binned = make_column_transformer(
    (bins, numbers), (StandardScaler(), numbers), (one_hot, categories)
)
census = {
    LogisticRegression(max_iter=1000): {
        "columns": [scaled, binned],
        "classifier__C": [0.1, 1.0],
    },
    RandomForestClassifier(100, random_state=0): {
        "columns": [scaled],
        "classifier__min_samples_leaf": [1, 5],
    },
    HistGradientBoostingClassifier(
        categorical_features="from_dtype", random_state=0
    ): {
        "classifier__learning_rate": [0.05, 0.1],
        "classifier__max_leaf_nodes": [15, 31],
    },
    network: {
        "columns": [scaled, binned],
        "classifier__hidden_layer_sizes": [(256,)],
        "classifier__activation": ["mish"],
        "classifier__solver": ["adamw"],
        "classifier__weight_decay": [0.1],
        "classifier__learning_rate_init": [0.002],
        "classifier__max_iter": [15],
        "classifier__dropout": [0.0, 0.5],
    },
}

# %%
# Five splits
# -----------
#
# Three images make a difference of a percent on the 450 digits of one test set, so one
# split decides nothing. There are five: in each, every classifier searches its grid on
# the training rows, with three folds, and the best candidate is judged on the rows held
# back. The time is that of the whole search, on two cores.


def compare(X, y, grids, test_size):
    """Search each grid in five splits: name -> accuracies, and name -> seconds."""
    accuracies, seconds = {}, {}
    splits = StratifiedShuffleSplit(5, test_size=test_size, random_state=0)
    for classifier, grid in grids.items():
        name = type(classifier).__name__
        for train, test in splits.split(X, y):
            started = time.perf_counter()
            steps = [("columns", "passthrough"), ("classifier", classifier)]
            folds = StratifiedKFold(3, shuffle=True, random_state=0)
            search = GridSearchCV(Pipeline(steps), grid, cv=folds, n_jobs=2)
            search.fit(take(X, train), y[train])
            seconds.setdefault(name, []).append(time.perf_counter() - started)
            score = search.score(take(X, test), y[test])
            accuracies.setdefault(name, []).append(score)
    return accuracies, seconds


def take(X, rows):
    """Return some rows of an array or a frame."""
    return X.iloc[rows] if hasattr(X, "iloc") else X[rows]


def show(title, accuracies, seconds):
    """Print the classifiers, the best first."""
    print(f"{title + ', rows held back':<40}{'accuracy':<18}search")
    for name in sorted(accuracies, key=lambda name: -np.mean(accuracies[name])):
        mean, spread = np.mean(accuracies[name]), np.std(accuracies[name], ddof=1)
        time_ = f"{np.mean(seconds[name]):.1f} s"
        print(f"{name:<40}{mean:.4f} ± {spread:.4f}   {time_}")
    print()


results = {
    "digits": compare(*load_digits(return_X_y=True), digits, test_size=0.25),
    "census": compare(*load_census(), census, test_size=1 / 3),
}
for title, (accuracies, seconds) in results.items():
    show(title, accuracies, seconds)

# %%
# The figure
# ----------
#
# A dot is the accuracy on the rows that one split holds back, a diamond their mean.

figure, axes = plt.subplots(1, 2, figsize=(11, 3.6), layout="constrained")
for axis, (title, (accuracies, _)) in zip(axes, results.items(), strict=True):
    ranked = sorted(accuracies, key=lambda name: np.mean(accuracies[name]))
    for position, name in enumerate(ranked):
        ours = name in ("MLPClassifier", "ConvNetClassifier")
        color, scores = "C1" if ours else "C0", accuracies[name]
        axis.scatter(scores, [position] * len(scores), color=color, alpha=0.4)
        axis.plot(np.mean(scores), position, "D", color=color, markersize=8)
    axis.set(title=title, xlabel="accuracy", yticks=range(len(ranked)))
    axis.set_yticklabels(ranked)
    axis.grid(axis="x", alpha=0.3)
    axis.spines[["top", "right"]].set_visible(False)

if "sphinx_gallery" not in sys.modules:  # the gallery takes the picture itself
    parser = argparse.ArgumentParser(description="Compare classifiers on two tables.")
    parser.add_argument(
        "--output", default="plot_compare_classifiers.png", metavar="FILE"
    )
    output = parser.parse_args().output
    figure.savefig(output, dpi=150)
    print(f"Picture saved to {output}")

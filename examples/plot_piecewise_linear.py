"""
==========================================
Numbers as bins that fill up
==========================================

A linear model of a table is linear in each column: one more year of age, one more hour of work
count the same everywhere. Most columns are not like that. Cut into bins, each of which fills up as
the number rises, a column becomes several, and the same model a curve with a kink at each edge. The
table is a part of the census of 1994; the question is whether somebody earns more than 50,000
dollars a year.
"""

# %%
# Two encodings of age
# --------------------
#
# ``KBinsDiscretizer`` has a column of 0 and 1 for each bin. ``PiecewiseLinearEncoder`` says how far
# each bin is filled: 1 below the number, 0 above, and between them in the bin that it lies in. So
# the order of ages is not lost, and a model need not jump at an edge.

import warnings

import matplotlib.pyplot as plt
import numpy as np
from sklearn.base import clone
from sklearn.compose import make_column_selector, make_column_transformer
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import KBinsDiscretizer, OneHotEncoder, StandardScaler

from skneural import PiecewiseLinearEncoder
from skneural.datasets import load_census

# as many bins as numbers will do
warnings.filterwarnings("ignore", "Bins whose width|Number of distinct clusters")

X, y = load_census()
ages = np.arange(17, 91)[:, None]
one_hot_bins = KBinsDiscretizer(6, strategy="kmeans", encode="onehot-dense")
figure, axes = plt.subplots(1, 2, figsize=(9, 3), sharey=True, layout="constrained")
for axis, encoder in zip(axes, (one_hot_bins, PiecewiseLinearEncoder(6))):
    columns = encoder.fit(X[["age"]].to_numpy()).transform(ages)
    axis.plot(ages, columns)
    axis.set(title=type(encoder).__name__, xlabel="age")
    axis.spines[["top", "right"]].set_visible(False)
axes[0].set_ylabel("encoded")

# %%
# Logistic regression with and without
# ------------------------------------
#
# Categories are columns of 0 and 1 in all models; only the five columns of numbers differ. Bins by
# the splits of a tree have seen the target, so the encoder is part of the pipeline. Trees are there
# for comparison: they need no encoding at all.

X_train, X_test, y_train, y_test = train_test_split(
    X, y, test_size=1 / 3, stratify=y, random_state=0
)
numbers = make_column_selector(dtype_include=np.number)
categories = make_column_selector(dtype_include="category")
one_hot = OneHotEncoder(handle_unknown="ignore", sparse_output=False)
encoders = {
    "scaled": StandardScaler(),
    "one-hot bins": clone(one_hot_bins).set_params(n_bins=100),
    "piecewise linear": PiecewiseLinearEncoder(),
    "piecewise linear, tree": PiecewiseLinearEncoder(strategy="tree"),
}
models = {
    name: make_pipeline(
        make_column_transformer((encoder, numbers), (one_hot, categories)),
        LogisticRegression(solver="newton-cholesky"),
    )
    for name, encoder in encoders.items()
}
models["HistGradientBoosting"] = HistGradientBoostingClassifier(random_state=0)
for name, model in models.items():
    model.fit(X_train, y_train)
    loss = log_loss(y_test, model.predict_proba(X_test))
    print(f"{name:24}{model.score(X_test, y_test):.3f}{loss:8.3f}")

# %%
# What the model sees in a column
# -------------------------------
#
# The same person at each age, and with other hours and gains: the probability of earning more than
# 50,000, all else as in one row of the table. A line in the scaled number is an S-curve of the
# probability; with bins that fill up it rises, stays and falls. One-hot bins of few rows jump.

undecided = np.abs(models["scaled"].predict_proba(X_test)[:, 1] - 0.4).argmin()
person = X_test.iloc[[undecided]]
ranges = {
    "age": np.arange(17, 91),
    "hours_per_week": np.arange(1, 100),
    "capital_gain": np.linspace(0, 20_000, 400),
}
figure, axes = plt.subplots(1, 3, figsize=(10, 3.2), sharey=True, layout="constrained")
for axis, (column, values) in zip(axes, ranges.items()):
    same = person.loc[person.index.repeat(len(values))].assign(**{column: values})
    for name in ("scaled", "one-hot bins", "piecewise linear"):
        axis.plot(values, models[name].predict_proba(same)[:, 1], label=name)
    axis.set(xlabel=column.replace("_", " "), ylim=(0, 1))
    axis.spines[["top", "right"]].set_visible(False)
axes[0].set_ylabel("probability of more than 50,000")
axes[0].legend(fontsize=8)
plt.show()

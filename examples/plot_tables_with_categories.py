"""
==========================================
A table with categories
==========================================

Most tables contain both numbers and categories, and trees use them directly. A network needs an
encoding: a column of 0 and 1 for each category, and bins for numbers whose effect is not linear.
A ``ColumnTransformer`` does both. The table is a part of the census of 1994; the question
is whether somebody earns more than 50,000 dollars a year.
"""

# %%
# The census
# ----------
#
# Five columns of numbers and eight of categories, some of them missing. A third of the rows is
# kept for the test.

import warnings

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from sklearn.base import clone
from sklearn.compose import make_column_selector, make_column_transformer
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedShuffleSplit
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import KBinsDiscretizer, OneHotEncoder, StandardScaler

from skneural import MLPClassifier
from skneural.datasets import load_census

warnings.simplefilter("ignore", ConvergenceWarning)  # 15 epochs are enough
warnings.filterwarnings("ignore", "Bins whose width")  # as many bins as numbers will do

X, y = load_census()
print(X.iloc[0].to_string(), f"\n\n{y[0]}")

# %%
# What binning does
# -----------------
#
# The effect of weekly hours and capital gains is not linear: what matters is whether there is a
# gain at all, and beyond which amount. Scaled, such a column is one input, and the first layer is
# linear in it; cut into bins it is a hundred inputs, and the first layer can represent any step
# function. With ``strategy="kmeans"`` the bins adapt to the data, and the matrix stays sparse.

numbers = make_column_selector(dtype_include=np.number)
categories = make_column_selector(dtype_include="category")
one_hot = OneHotEncoder(handle_unknown="ignore", dtype=np.float32)
bins = KBinsDiscretizer(100, strategy="kmeans", encode="onehot", dtype=np.float32)

scaled = make_column_transformer((StandardScaler(), numbers), (one_hot, categories))
binned = make_column_transformer(
    (bins, numbers), (StandardScaler(), numbers), (one_hot, categories)
)

figure, (counts, shares) = plt.subplots(
    2, 1, figsize=(8, 5), sharex=True, layout="constrained"
)
hours = bins.fit(X[["hours_per_week"]])
edges = hours.bin_edges_[0]
of_row = np.digitize(X["hours_per_week"], edges[1:-1])
rich = pd.Series(y == ">50K").groupby(of_row).agg(["mean", "size"])
centres = (edges[:-1] + edges[1:])[rich.index] / 2
counts.hist(X["hours_per_week"], bins=np.arange(0.5, 100), color="0.6")
counts.set(
    ylabel="rows", yscale="log", title="Hours a week, and who earns more than 50,000"
)
shares.vlines(edges, 0, 1, color="0.9", linewidth=0.8)
shares.scatter(centres, rich["mean"], s=np.sqrt(rich["size"]) * 2, color="C0", zorder=2)
shares.set(
    xlabel="hours a week, and the edges of the bins",
    ylabel="share above",
    ylim=(0, 0.7),
)

# %%
# Five splits, five models
# ------------------------
#
# A single split is not conclusive if models are within a percent of each other, so there are five.
# Trees handle categories themselves. The last row averages the probabilities of the best network
# and the trees, which make different errors.

network = MLPClassifier(
    (128,),
    "mish",
    solver="adamw",
    learning_rate="cosine",
    max_iter=15,
    weight_decay=0.1,
    dtype="float32",
)
models = {
    "LogisticRegression, scaled": make_pipeline(
        scaled, LogisticRegression(max_iter=1000)
    ),
    "MLPClassifier, scaled": make_pipeline(scaled, network),
    "MLPClassifier, binned": make_pipeline(binned, network),
    "HistGradientBoostingClassifier": HistGradientBoostingClassifier(
        categorical_features="from_dtype"
    ),
}
accuracies = {name: [] for name in [*models, "both, averaged"]}
split = StratifiedShuffleSplit(n_splits=5, test_size=1 / 3, random_state=0)
for seed, (train, test) in enumerate(split.split(X, y)):
    probabilities = {}
    for name, model in models.items():
        fitted = clone(model)
        last = fitted[-1] if hasattr(fitted, "steps") else fitted
        last.set_params(random_state=seed)
        fitted.fit(X.iloc[train], y[train])
        probabilities[name] = fitted.predict_proba(X.iloc[test])
    *_, second, third = probabilities.values()
    probabilities["both, averaged"] = (second + third) / 2
    for name, given in probabilities.items():
        right = fitted.classes_[given.argmax(axis=1)] == y[test]
        accuracies[name].append(right.mean())

table = pd.DataFrame(accuracies)
print(table.agg(["mean", "std"]).T.round(4).to_string())

# %%
# All five splits
# ---------------
#
# A line joins the accuracies on the same split.

figure, axis = plt.subplots(figsize=(8, 4), layout="constrained")
axis.plot(table.T.to_numpy(), "o-", color="0.8", markersize=5)
axis.plot(table.mean().to_numpy(), "D", color="C0", markersize=9, label="mean of five")
axis.set_xticks(
    range(table.shape[1]), [name.replace(", ", ",\n") for name in table], fontsize=8
)
axis.set(ylabel="accuracy on the test rows")
axis.legend(loc="lower right")
axis.spines[["top", "right"]].set_visible(False)
plt.show()

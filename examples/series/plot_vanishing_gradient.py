"""
================================================
Long lags: Elman's network, LSTM and GRU
================================================

The adding problem of Hochreiter and Schmidhuber (1997): each step of a series has a random number
and a mark. Two steps are marked, one in each half, and the target is the sum of their two numbers.
A network has to keep the first number over many steps.

In a simple recurrent network the gradient passes through a matrix and a tanh at each step back, and
it vanishes or explodes. The cell of an LSTM and the state of a GRU are carried from step to step
by a gate near one, so that the gradient reaches the first number.
"""

# %%
# The data
# --------

import warnings

import matplotlib.pyplot as plt
import numpy as np
from sklearn.exceptions import ConvergenceWarning

from skneural import RecurrentRegressor

warnings.simplefilter("ignore", ConvergenceWarning)  # all train for the same time
STEPS = 40


def adding_problem(n_series, random):
    numbers = random.uniform(size=(n_series, STEPS))
    marks = np.zeros((n_series, STEPS))
    rows = np.arange(n_series)
    for half in (0, STEPS // 2):
        marks[rows, half + random.randint(STEPS // 2, size=n_series)] = 1
    X = np.stack([numbers, marks], axis=-1).astype(np.float32)
    return X, (numbers * marks).sum(axis=1)


random = np.random.RandomState(0)
X, y = adding_problem(3000, random)
X_test, y_test = adding_problem(1000, random)

# %%
# Three cells, the same training
# ------------------------------
#
# Always answering the mean, 1, gives a squared error of 1/6. Half of it is the loss there.

networks = {}
for cell in ("elman", "lstm", "gru"):
    network = RecurrentRegressor(
        cell, (32,), max_iter=25, n_iter_no_change=np.inf, random_state=0
    )
    networks[cell] = network.fit(X, y, X_val=X_test, y_val=y_test)

# %%
# The learning curves
# -------------------

figure, axes = plt.subplots(1, 2, figsize=(9, 3.5), layout="constrained")
left, right = axes
for cell, network in networks.items():
    left.semilogy(network.validation_loss_curve_, label=cell)
left.axhline(1 / 12, color="0.6", linestyle="--", label="answering the mean")
left.set(xlabel="epoch", ylabel="validation loss", title="Adding two of forty numbers")
left.legend()
for cell, network in networks.items():
    errors = np.sort(np.abs(network.predict(X_test) - y_test))
    right.plot(errors, np.linspace(0, 1, len(errors)), label=cell)
right.set(
    xlabel="absolute error", ylabel="share of the series", title="Errors on new series"
)
plt.show()

# %%
# A series of any length is an input: the lag may be longer than in training.

for cell, network in networks.items():
    empty = np.zeros((len(X_test), 20, 2), np.float32)
    longer = np.concatenate([X_test, empty], axis=1)
    error = np.abs(network.predict(longer) - y_test).mean()
    same = np.abs(network.predict(X_test) - y_test).mean()
    print(f"{cell}: mean absolute error {same:.3f}, before 20 empty steps {error:.3f}")

"""
===========================
Learning-rate schedules
===========================

The learning rate is the size of a training step. Most schedules begin with large steps
and end with small ones; they differ in between.

Every schedule works with every solver that takes steps, by name
(``learning_rate="cosine"``) or as an instance with its own parameters
(``learning_rate=Cosine(cycle_length=10)``).
"""

# %%
# The schedules drawn
# -------------------
#
# A schedule returns the rate of each update of an epoch. It is called at the start of every
# epoch. The adaptive one also reacts when training no longer improves, here after epochs 20
# and 40.

import matplotlib.pyplot as plt
import numpy as np

from skneural.schedules import (
    Adaptive,
    Constant,
    Cosine,
    Exponential,
    InverseScaling,
    OneCycle,
    Progress,
    Step,
    Warmup,
)

N_EPOCHS, N_BATCHES, N_SAMPLES = 60, 25, 5000
INITIAL = 0.1
PLATEAUS = (20, 40)

schedules = {
    '"constant"': Constant(),
    '"invscaling"': InverseScaling(power_t=0.5),
    '"adaptive"': Adaptive(factor=5.0),
    '"step"': Step(step_size=20, gamma=0.3),
    '"exponential"': Exponential(gamma=0.95),
    '"cosine"': Cosine(),
    "cosine, warm restarts": Cosine(cycle_length=10, cycle_multiplier=2),
    '"one_cycle"': OneCycle(peak_factor=10),
    "warm-up, then cosine": Warmup("cosine", n_epochs=10),
}


def training_rates(schedule):
    """Rate of each update of a whole training."""
    initial, rates = INITIAL, []
    for epoch in range(N_EPOCHS):
        if epoch in PLATEAUS:
            initial = schedule.on_plateau(initial) or initial
        progress = Progress(epoch, N_EPOCHS, N_BATCHES, samples_seen=epoch * N_SAMPLES)
        rates.append(schedule.rates(initial, progress))
    return np.concatenate(rates)


epochs = np.arange(N_EPOCHS * N_BATCHES) / N_BATCHES
figure, axes = plt.subplots(3, 3, figsize=(10, 7.5), sharex=True, layout="constrained")
for axis, (title, schedule) in zip(axes.flat, schedules.items()):
    rates = training_rates(schedule)
    axis.axhline(INITIAL, color="0.7", linewidth=1, linestyle=":")
    axis.plot(epochs, rates, color="C0")
    axis.set(title=title, ylim=(0, 1.08 * rates.max()))
    axis.spines[["top", "right"]].set_visible(False)
for axis in axes[-1]:
    axis.set_xlabel("epoch")
for axis in axes[:, 0]:
    axis.set_ylabel("learning rate")
figure.suptitle("One training, nine schedules (dotted: learning_rate_init)")

# %%
# Their effect on training
# ------------------------
#
# The same network, the same initial weights and the same 30 epochs on scikit-learn's digits,
# with plain stochastic gradient descent. The initial rate is a sensible one for the
# constant schedule; the others start from it as well. ``learning_rates_`` keeps the rate
# of every epoch, ``loss_curve_`` the loss.

import warnings

from sklearn.datasets import load_digits
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import train_test_split

from skneural import MLPClassifier

X, y = load_digits(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(
    X / 16, y, test_size=0.5, stratify=y, random_state=0
)

compared = {
    "constant": "constant",
    "invscaling": "invscaling",
    "exponential": Exponential(gamma=0.9),
    "cosine": "cosine",
    "one_cycle": OneCycle(peak_factor=5),
}

figure, (rate_axis, loss_axis) = plt.subplots(
    1, 2, figsize=(10, 4), layout="constrained"
)
print(f"{'learning_rate':<14}{'training loss':>14}{'test accuracy':>15}")
for name, schedule in compared.items():
    network = MLPClassifier(
        (64,),
        solver="sgd",
        learning_rate=schedule,
        learning_rate_init=0.05,
        batch_size=32,
        max_iter=30,
        tol=0.0,
        random_state=0,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # 30 epochs is the point
        network.fit(X_train, y_train)
    print(f"{name:<14}{network.loss_:>14.4f}{network.score(X_test, y_test):>15.3f}")
    rate_axis.plot(network.learning_rates_, label=name)
    loss_axis.semilogy(network.loss_curve_, label=name)
rate_axis.set(title="Learning rate", xlabel="epoch")
loss_axis.set(title="Training loss", xlabel="epoch")
loss_axis.legend()
for axis in (rate_axis, loss_axis):
    axis.spines[["top", "right"]].set_visible(False)
plt.show()

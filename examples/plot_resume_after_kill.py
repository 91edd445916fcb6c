"""
===================================================
Resume after a kill
===================================================

A fit of hours on a machine that may be taken away at any moment: `Checkpoint` keeps the state of
training in a file, and the same program, run again, goes on from there. Here a process is killed
twice in the middle of its fit, as by ``kill -9``. Is what the third one ends with any different
from a fit that ran through?
"""

# %%
# The program
# -----------
#
# Nothing in it tells a first run from a later one. The callback looks for the file: without one,
# the fit begins at its first epoch. A line for each epoch tells when to kill it.

import subprocess
import sys
import tempfile
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_digits

from skneural import MLPClassifier
from skneural.persistence import Checkpoint, load

PROGRAM = """
import sys, warnings

from sklearn.datasets import load_digits
from skneural import MLPClassifier
from skneural.persistence import Checkpoint, save

warnings.simplefilter("ignore")  # that max_iter is reached
X, y = load_digits(return_X_y=True)
model = MLPClassifier(
    (64, 32), max_iter=60, dropout=0.3, learning_rate="cosine", random_state=0,
    verbose=True,
)
model.set_callbacks(Checkpoint(sys.argv[1])).fit(X / 16, y)
save(model, sys.argv[2])
"""

folder = Path(tempfile.mkdtemp())
checkpoint, result = folder / "training.safetensors", folder / "model.safetensors"


def run(last_epoch=None):
    """Run the program, kill it in an epoch; return how many its file has."""
    process = subprocess.Popen(
        [sys.executable, "-u", "-c", PROGRAM, str(checkpoint), str(result)],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )
    for line in process.stdout:
        if last_epoch is not None and line.startswith(f"Iteration {last_epoch},"):
            process.kill()
            break
    process.stdout.close()
    process.wait()
    return load(checkpoint).n_iter_


# %%
# Killed twice
# ------------
#
# The file is replaced in one step, so it is whole whenever the process ends. It is a model too:
# `load` reads it as if training had ended with its last epoch.

X, y = load_digits(return_X_y=True)
kills, accuracies = [], []
for last_epoch in (9, 31, None):
    n_epochs = run(last_epoch)
    accuracies.append(load(checkpoint).score(X / 16, y))
    kills.append(n_epochs)
    print(f"{n_epochs} epochs in the file, accuracy {accuracies[-1]:.3f}")

# %%
# The same bits
# -------------
#
# The same fit, here and without a break. Dropout draws other units in each batch, the cosine
# schedule lowers the rate, Adam has two moments of each weight: all of it goes on where it was.

whole = MLPClassifier(
    (64, 32), max_iter=60, dropout=0.3, learning_rate="cosine", random_state=0
).fit(X / 16, y)
resumed = load(result)
pairs = zip(whole.coefs_ + whole.intercepts_, resumed.coefs_ + resumed.intercepts_)
print("the same weights to the bit:", all(np.array_equal(a, b) for a, b in pairs))
print("the same losses:", whole.loss_curve_ == resumed.loss_curve_)

# %%
# Another program would not be mixed up with this one: the error names what differs.

other = MLPClassifier((64, 32), max_iter=80, random_state=0)
try:
    other.set_callbacks(Checkpoint(checkpoint)).fit(X / 16, y)
except ValueError as error:
    print(error)

# %%

figure, axes = plt.subplots(figsize=(8, 4), layout="constrained")
epochs = np.arange(1, 61)
axes.plot(epochs, whole.loss_curve_, color="0.8", linewidth=7, label="ran through")
begins = [0, *kills[:2]]
for number, (begin, end) in enumerate(zip(begins, kills), 1):
    part = slice(max(0, begin - 1), end)
    axes.plot(epochs[part], resumed.loss_curve_[part], color=f"C{number - 1}",
              label=f"process {number}, epochs {begin + 1} to {end}")
for end in kills[:2]:
    axes.plot(end, resumed.loss_curve_[end - 1], "kX", markersize=9)
    axes.annotate("killed", (end, resumed.loss_curve_[end - 1]), (8, 12),
                  textcoords="offset points")
axes.set(xlabel="epoch", ylabel="loss", yscale="log")
axes.set_title("One fit in three processes")
axes.spines[["top", "right"]].set_visible(False)
axes.legend(frameon=False)
plt.show()

"""
==============================================
Where attention looks
==============================================

A layer of attention weighs the steps of a series before it takes their mean.
:class:`~skneural.inspection.AttentionDisplay` draws the weights, a row for each series.
"""

# %%
# Rows of digits as steps
# -----------------------
#
# Scikit-learn's digits, read by a recurrent network from top to bottom: eight steps of eight
# pixels. Is a digit a 3 or a 5? The upper halves tell: there, one is open to the left and the other
# to the right. What is weighed are states, which know all rows above them. So the weights are next
# to nothing for the first rows, and greatest behind the rows that decide.

import warnings

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_digits
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import train_test_split

from skneural import RecurrentClassifier
from skneural.inspection import AttentionDisplay

warnings.simplefilter("ignore", ConvergenceWarning)  # the epochs asked for are enough

digits = load_digits(n_class=6)
chosen = np.isin(digits.target, (3, 5))
X_train, X_test, y_train, y_test = train_test_split(
    digits.images[chosen] / 16, digits.target[chosen], random_state=0
)
net = RecurrentClassifier(
    "gru",
    (16,),
    pooling="attention",
    learning_rate_init=0.01,
    max_iter=30,
    batch_size=32,
    random_state=0,
).fit(X_train, y_train)
print(f"{net.score(X_test, y_test):.1%} of the new digits are right")

some = np.argsort(y_test, kind="stable")[:: len(y_test) // 11][:12]
figure, axes = plt.subplots(1, 2, figsize=(10, 4.4), layout="constrained")
AttentionDisplay.from_estimator(net, X_test[some], ax=axes[0])
axes[0].set(xlabel="row of pixels", ylabel="")
names = [f"a {label}" for label in y_test[some]]
axes[0].set_yticks(range(len(some)), labels=names)
for label in (3, 5):
    weights = net.attention_weights(X_test[y_test == label])
    mean = weights.reshape(-1, 8).mean(axis=0)
    axes[1].plot(range(8), mean, label=f"mean over {label}s")
axes[1].set(xlabel="row of pixels", ylabel="weight", ylim=(0, None))
axes[1].legend()

# %%
# Names of the steps
# ------------------
#
# ``tokens`` are written over the weights, as words in :doc:`/gallery/series/plot_attention`; here
# they are the pixels of one digit.

one = X_test[some[:1]]
tokens = [["".join(" .+#"[int(3.99 * p)] for p in row) for row in one[0]]]
AttentionDisplay.from_estimator(net, one, tokens=tokens)
plt.show()

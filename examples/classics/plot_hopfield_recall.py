"""
==============================================
Letters from noise, and what a memory can hold
==============================================

A Hopfield network stores patterns in the weights between its units, and recalls a whole pattern
from a part of it (Hopfield, 1982). Here it recalls letters from noise. Then it is filled: with
Hebb's rule recall breaks down beyond 0.138 patterns a unit, as theory says (Amit, Gutfreund and
Sompolinsky, 1985). Other rules, and later networks, hold more.
"""

# %%
# Recall
# ------
#
# Letters look alike: they share most of their pixels. Hebb's rule, which suits random patterns,
# mixes them. The pseudo-inverse tells them apart.

import warnings

import matplotlib.pyplot as plt
import numpy as np
from scipy.special import erf
from sklearn.datasets import load_digits
from sklearn.preprocessing import normalize

from skneural import HopfieldNetwork

LETTERS = {
    "H": "X...X X...X X...X XXXXX X...X X...X X...X",
    "O": ".XXX. X...X X...X X...X X...X X...X .XXX.",
    "P": "XXXX. X...X X...X XXXX. X.... X.... X....",
    "F": "XXXXX X.... X.... XXXX. X.... X.... X....",
    "I": ".XXX. ..X.. ..X.. ..X.. ..X.. ..X.. .XXX.",
    "E": "XXXXX X.... X.... XXXX. X.... X.... XXXXX",
    "L": "X.... X.... X.... X.... X.... X.... XXXXX",
    "D": "XXXX. X...X X...X X...X X...X X...X XXXX.",
}


def picture(text):
    """Pixels of a letter, each as 3 x 3 units, with a margin."""
    pixels = np.array([[dot == "X" for dot in line] for line in text.split()])
    return np.pad(np.kron(pixels, np.ones((3, 3))), 3)


pictures = np.array([picture(text) for text in LETTERS.values()])
letters = pictures.reshape(len(pictures), -1)
random = np.random.RandomState(0)
noisy = np.where(random.random_sample(letters.shape) < 0.2, 1 - letters, letters)

# of capacities, which are shown below
warnings.filterwarnings("ignore", "HopfieldNetwork: .* patterns in")
rows = {"noise, 20 % of pixels": noisy}
for rule in ("hebbian", "pseudo_inverse"):
    network = HopfieldNetwork(rule, random_state=0).fit(letters)
    rows[f'rule="{rule}"'] = network.transform(noisy)
    names = "".join([*LETTERS, "?"][label] for label in network.predict(noisy))
    print(f"{rule:15} recalls {names}")

figure, axes = plt.subplots(3, 8, figsize=(9, 4.6), layout="constrained")
for line, (title, states) in zip(axes, rows.items()):
    for axis, state in zip(line, states):
        axis.imshow(state.reshape(pictures.shape[1:]), cmap="binary")
        axis.set_xticks([])
        axis.set_yticks([])
    line[0].set_title(title, loc="left")
plt.show()

# %%
# Capacity, beside theory
# -----------------------
#
# With Hebb's rule, each stored pattern disturbs the others. The mean-field theory of large networks
# has an overlap m of the state that is reached with the pattern, for a load of alpha patterns a
# unit, as the solution of an equation in one unknown,
#
# .. math:: y \left(\sqrt{2\alpha} + \frac{2}{\sqrt\pi} e^{-y^2}\right) = \mathrm{erf}(y), \qquad
#    m = \mathrm{erf}(y),
#
# and the share of wrong units is (1 - m) / 2. Beyond a load of 0.138 there is no solution but 0.
#
# Real networks are not that large. Before the capacity is reached, most patterns stay where they
# are but for a few units, as in theory, and some run away. These are few, but with a third of their
# units wrong they make up half of the mean; a larger network has fewer of them.


def wrong_by_theory(load):
    """Share of wrong units in the limit of large networks; NaN beyond the capacity."""
    y = np.linspace(5, 0.5, 100_000)
    left = y * (np.sqrt(2 * load) + 2 / np.sqrt(np.pi) * np.exp(-(y**2)))
    crossings = np.flatnonzero(left <= erf(y))
    return (1 - erf(y[crossings[0]])) / 2 if len(crossings) else np.nan


def wrong_by_recall(n_units, load, n_networks=3):
    """Shares of wrong units of each pattern where recall begins at it."""
    shares = []
    for seed in range(n_networks):
        shape = round(load * n_units), n_units
        patterns = np.random.RandomState(seed).choice([-1.0, 1.0], shape)
        network = HopfieldNetwork(random_state=0).fit(patterns)
        shares.append((network.transform(patterns) != patterns).mean(axis=1))
    return np.concatenate(shares)


loads = np.array([0.06, 0.08, 0.1, 0.12, 0.13, 0.14, 0.15, 0.16, 0.18, 0.2, 0.24])
smooth = np.linspace(0.05, 0.145, 200)

figure, (left, right) = plt.subplots(1, 2, figsize=(10, 4), layout="constrained")
left.plot(smooth, [wrong_by_theory(load) for load in smooth], "k", label="theory")
left.axvline(0.138, color="grey", linestyle=":", label="0.138")
for n_units in (200, 1000):
    wrong = [wrong_by_recall(n_units, load) for load in loads]
    means = [shares.mean() for shares in wrong]
    left.plot(loads, means, "o-", markersize=4, label=f"{n_units:,} units")
    for load, shares in zip(loads, wrong):
        if load in (0.1, 0.13, 0.2):
            away = shares > 0.1
            stay = f"{away.mean():.1%} run away, others {shares[~away].mean():.2%}"
            typical = f"median {np.median(shares):.2%}"
            name = f"{n_units:5,} units, load {load:.2f}"
            print(f"{name}: {shares.mean():6.2%} wrong, {typical}; {stay}")
left.set(xlabel="patterns a unit", ylabel="wrong units", title="Hebb's rule")
left.legend()

# %%
# Rules and networks that hold more
# ---------------------------------
#
# Recall of random patterns of 100 units, five of which are flipped. Storkey's rule and the
# pseudo-inverse use the same weights better. Dense networks (Krotov and Hopfield, 2016) have no
# weights between pairs of units, and hold more patterns than units; with exponentials in place of
# powers (Demircigil et al., 2017) 2 to the power of 50.

networks = {
    "Hebb": HopfieldNetwork(random_state=0),
    "Storkey": HopfieldNetwork("storkey", random_state=0),
    "pseudo-inverse": HopfieldNetwork("pseudo_inverse", random_state=0),
    "dense, degree 3": HopfieldNetwork(interaction="polynomial", random_state=0),
    "dense, degree 4": HopfieldNetwork(
        interaction="polynomial", degree=4, random_state=0
    ),
    "dense, exponential": HopfieldNetwork(
        interaction="binary_exponential", random_state=0
    ),
}
counts = np.array([3, 5, 8, 12, 18, 25, 35, 50, 70, 100, 140, 200, 280, 400, 600, 1000])
for name, network in networks.items():
    shares = []
    for count in counts[: None if name.startswith("dense") else 11]:
        patterns = np.random.RandomState(count).choice([-1.0, 1.0], (count, 100))
        begun = patterns.copy()
        begun[:, :5] *= -1
        labels = network.fit(patterns).predict(begun)
        shares.append((labels == np.arange(count)).mean())
    right.semilogx(counts[: len(shares)], shares, "o-", markersize=4, label=name)
right.set(xlabel="patterns in 100 units", ylabel="recalled without an error",
          title="five units flipped")
right.legend(loc="lower left", fontsize="small", framealpha=0.95)
plt.show()

# %%
# Grey pictures, and attention
# ----------------------------
#
# The modern network (Ramsauer et al., 2020) has an exponential energy too, of units that are real
# numbers. Here it stores 1,797 handwritten digits of 64 pixels, less their mean and of equal
# length, and sees the upper three quarters of some of them. An update is a mean of stored digits,
# with weights that are a softmax of their products with what is seen: attention. With a small
# ``beta`` the weights spread, and the mean of many digits is recalled; with a large one a single
# digit.

digits = load_digits().data / 16
center = digits.mean(axis=0)
memory = normalize(digits - center)
length = np.linalg.norm(digits - center, axis=1).mean()
chosen = random.choice(len(memory), 8, replace=False)
cues = memory[chosen].copy()
cues[:, 48:] = 0.0
lines = {"stored": memory[chosen], "seen": cues}
for beta in (5.0, 20.0, 100.0):
    network = HopfieldNetwork(interaction="exponential", beta=beta).fit(memory)
    lines[f"beta={beta:g}"] = network.transform(cues)
    found = network.predict(cues)
    print(f"beta={beta:g}: {(found == chosen).sum()} of 8 digits are recalled alone")

figure, axes = plt.subplots(5, 8, figsize=(8, 5.4), layout="constrained")
for line, (title, states) in zip(axes, lines.items()):
    for axis, state in zip(line, states):
        pixels = center + length * state
        axis.imshow(pixels.reshape(8, 8), cmap="binary", vmin=0, vmax=1)
        axis.set(xticks=[], yticks=[])
    line[0].set_title(title, loc="left", fontsize="medium")
plt.show()

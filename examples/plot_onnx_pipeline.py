"""
===================================================
A pipeline in ONNX
===================================================

A service that only predicts needs neither scikit-learn nor this library: a runtime for ONNX
reads a pipeline from a file, in Python, C++, Java or a browser. Here a scaler and a network are
converted as a whole, and onnxruntime predicts beside the pipeline itself. How far do the two
agree, and which is faster?

This example needs ``pip install "scikit-neural[onnx]"``.
"""

# %%
# The pipeline, and the same in ONNX
# ----------------------------------
#
# ``register_converters`` tells skl2onnx about the estimators of this library. Its ``to_onnx``
# then converts the pipeline step by step; one row tells it the shape and dtype of X. The option
# asks for probabilities as an array rather than as a dictionary for each row.

import time

import matplotlib.pyplot as plt
import numpy as np
import onnxruntime
import skl2onnx
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skneural import MLPClassifier
from skneural.persistence import register_converters

X, y = load_digits(return_X_y=True)
names = np.array(
    ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
)
X_train, X_test, y_train, y_test = train_test_split(
    X.astype(np.float32), names[y], stratify=y, random_state=0
)
network = MLPClassifier((128, 64), dropout=0.2, early_stopping=True, random_state=0)
pipeline = make_pipeline(StandardScaler(), network).fit(X_train, y_train)

register_converters()
model = skl2onnx.to_onnx(
    pipeline, X_test[:1], options={"zipmap": False}, target_opset=17
)
content = model.SerializeToString()
print(f"accuracy {pipeline.score(X_test, y_test):.3f}, {len(content) / 1000:.0f} kB")

# %%
# Do they agree?
# --------------
#
# The labels are the names that the network was trained with. Probabilities differ by rounding:
# the same sums, in another order.

session = onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"])
labels, probabilities = session.run(None, {"X": X_test})
expected = pipeline.predict_proba(X_test)
print("labels agree:", bool((labels == pipeline.predict(X_test)).all()))
print(f"largest difference of a probability: {abs(probabilities - expected).max():.1e}")

# %%
# Which is faster?
# ----------------
#
# For a few rows the time goes into what surrounds the arithmetic: scikit-learn checks X at each
# step of a pipeline, the runtime only its dtype and shape. With many rows the arithmetic counts.


def microseconds(predict, rows):
    """Return the median time of a call."""
    predict(rows)
    times = []
    while len(times) < 5 or (len(times) < 200 and sum(times) < 0.3):
        start = time.perf_counter()
        predict(rows)
        times.append(time.perf_counter() - start)
    return 1e6 * np.median(times)


ways = {
    "pipeline": pipeline.predict_proba,
    "onnxruntime": lambda rows: session.run(["probabilities"], {"X": rows}),
}
sizes = [1, 10, 100, 1000, 10_000]
seconds = {name: [] for name in ways}
print(f"{'rows':>8}" + "".join(f"{name:>16}" for name in ways))
for size in sizes:
    rows = np.resize(X_test, (size, X_test.shape[1]))
    for name, predict in ways.items():
        seconds[name].append(microseconds(predict, rows))
    print(f"{size:>8}" + "".join(f"{seconds[name][-1]:>13.0f} µs" for name in ways))

# %%

figure, (left, right) = plt.subplots(1, 2, figsize=(10, 4), layout="constrained")
left.loglog(expected.ravel(), probabilities.ravel(), ".", markersize=3)
left.set(xlabel="probability by the pipeline", ylabel="by onnxruntime")
left.set(xlim=(1e-12, 2), ylim=(1e-12, 2), title="agreement")
for name, found in seconds.items():
    right.loglog(sizes, found, "o-", label=name)
right.set(xlabel="rows in a call", ylabel="µs", title="time of predict_proba")
right.legend(frameon=False)
for axes in (left, right):
    axes.spines[["top", "right"]].set_visible(False)
plt.show()

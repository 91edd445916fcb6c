"""Fit, save and load with the package that is installed, from any folder but the repository.

Its first argument says what wheel it is of: one with kernels does not compile any here.
"""

import pickle
import sys
import warnings
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path

from sklearn.datasets import load_digits
from sklearn.exceptions import ConvergenceWarning

import skneural

warnings.simplefilter("ignore", ConvergenceWarning)
repository = Path(__file__).resolve().parents[1]
assert repository / "src" not in Path(skneural.__file__).resolve().parents, skneural.__file__
assert skneural.__version__ == version("scikit-neural")
assert (files(skneural) / "py.typed").is_file()
X, y = load_digits(return_X_y=True)
model = skneural.MLPClassifier((32,), max_iter=20, tol=1e-3, random_state=0).fit(X / 16, y)
assert model.score(X / 16, y) > 0.9
assert (pickle.loads(pickle.dumps(model)).predict(X / 16) == model.predict(X / 16)).all()
images = skneural.ConvNetClassifier(filters=4, max_iter=1, random_state=0).fit(X / 16, y)
assert images.predict_proba(X[:2] / 16).shape == (2, 10)
compilers = {"numba", "llvmlite"} & sys.modules.keys()
if sys.argv[1:] == ["with-kernels"]:
    assert not compilers, f"{compilers} were imported: the wheel's kernels are not used"
print(f"scikit-neural {skneural.__version__} works from {Path(skneural.__file__).parent},"
      f" {'compiled here' if compilers else 'with the kernels of the wheel'}")

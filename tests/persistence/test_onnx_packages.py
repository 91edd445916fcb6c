"""Models in ONNX need packages that this library does not."""

import sys

import numpy as np
import pytest

from skneural import MLPClassifier
from skneural.persistence import register_converters, to_onnx


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_a_missing_package_is_named_with_the_command_that_brings_it(monkeypatch):
    model = MLPClassifier((2,), max_iter=1).fit(np.eye(4), [0, 1, 0, 1])
    for name, call in (("onnx", lambda: to_onnx(model)), ("skl2onnx", register_converters)):
        monkeypatch.setitem(sys.modules, name, None)
        with pytest.raises(ImportError, match=rf'{name}: pip install "scikit-neural\[onnx\]"'):
            call()


def test_they_are_imported_only_when_they_are_needed(run_python):
    result = run_python(
        """
        import sys

        import skneural.persistence

        print(sorted({"onnx", "onnxruntime", "skl2onnx"} & set(sys.modules)))
        """
    )
    assert result.stdout.strip() == "[]"

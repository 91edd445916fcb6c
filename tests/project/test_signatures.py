"""Classes show their parameters and defaults, to Python and in the documentation."""

import importlib
import inspect
import re

import pytest
from sklearn.base import BaseEstimator

import skneural
from skneural.activations import Identity
from skneural.layers import Dense
from skneural.losses import Quantile

MODULES = [skneural, *(importlib.import_module(f"skneural.{name}") for name in skneural._MODULES)]
PUBLIC = [getattr(module, n) for module in MODULES for n in getattr(module, "__all__", [])]
CLASSES = [cls for cls in PUBLIC if inspect.isclass(cls) and issubclass(cls, BaseEstimator)]


def of_init(cls):
    """What __init__ takes, without annotations."""
    parameters = list(inspect.signature(cls.__init__).parameters.values())[1:]
    return inspect.Signature([p.replace(annotation=p.empty) for p in parameters])


@pytest.mark.parametrize("cls", CLASSES)
def test_signature_is_that_of_init(cls):
    assert [*inspect.signature(cls).parameters] == [*of_init(cls).parameters]
    assert [*cls.__signature__.parameters] == [*of_init(cls).parameters]


def test_subclasses_have_signatures_of_their_own():
    class Wider(Dense):
        def __init__(self, units=8, *, scale=2.0):
            super().__init__(units)
            self.scale = scale

    class Same(Wider):
        pass

    assert str(Wider.__signature__) == str(Same.__signature__) == "(units=8, *, scale=2.0)"
    assert Same(scale=1.0).get_params() == {"units": 8, "scale": 1.0}


def test_objects_have_none():
    class Called(Identity):
        def __call__(self, x):
            return x

    assert not hasattr(Quantile(0.9), "__signature__")
    assert str(inspect.signature(Called())) == "(x)"


def test_pages_show_parameters_and_defaults(tmp_path):
    pytest.importorskip("sphinx")
    from sphinx.application import Sphinx

    (tmp_path / "conf.py").write_text(
        "extensions = ['sphinx.ext.autodoc']\nautodoc_typehints = 'none'\n"
    )
    names = [f"{cls.__module__}.{cls.__name__}" for cls in CLASSES]
    page = "\n\n".join(["Classes\n=======", *(f".. autoclass:: {name}" for name in names)])
    (tmp_path / "index.rst").write_text(page + "\n")
    folders = [tmp_path, tmp_path, tmp_path / "out", tmp_path / "trees"]
    Sphinx(*folders, "text", status=None, warning=None).build()
    text = (tmp_path / "out" / "index.txt").read_text(encoding="utf-8")
    shown = dict(re.findall(r"^class ([\w.]+)(.*)$", text, flags=re.MULTILINE))
    for name, cls in zip(names, CLASSES):
        expected = of_init(cls)
        assert shown[name] == (str(expected) if expected.parameters else "")


def test_package_lists_its_public_names():
    assert dir(skneural) == sorted({*skneural.__all__, *skneural._MODULES})
    assert all(hasattr(skneural, name) for name in dir(skneural))

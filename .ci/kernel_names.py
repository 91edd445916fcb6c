"""The names of all kernels that a wheel ships: each that a fit or a prediction can ask for.

Kernels are found where they are defined, as attributes of modules and classes. Those that are made
on demand, of a template and an activation, a loss or an optimizer, are made here for every class
there is. tests/conftest.py checks at the end of a run that no test asked for another one.
"""

from __future__ import annotations

import contextlib
import functools
import importlib
import itertools
import pkgutil
from collections.abc import Iterator
from types import ModuleType, SimpleNamespace
from typing import Any

DTYPES = ("float32", "float64")
USUAL = ("tanh", "relu", "logistic", "identity")  # activations: scikit-learn's
# their global names stand for helpers that each use of them binds
TEMPLATES = (
    "skneural.activations._base.activate",
    "skneural.activations._base.evaluate",
    "skneural.layers.dense.contractive_dense.contraction_slopes",
    "skneural.layers.recurrent.steps.go_back",
    "skneural.layers.recurrent.steps.go_forward",
    "skneural.layers.recurrent.steps.go_on",
    "skneural.layers.tabular.parametric_activation.activate_share",
    "skneural.layers.tabular.parametric_activation.evaluate_share",
    "skneural.losses._base.each_output",
    "skneural.losses._custom.custom_loss",
    "skneural.losses._links.link_each",
    "skneural.optimizers._base.update_0",
    "skneural.optimizers._base.update_1",
    "skneural.optimizers._base.update_2",
    "skneural.optimizers._base.update_3",
)


@functools.cache
def kernels(rare: bool = False) -> dict[str, Any]:
    """Return all kernels by their names, which do not say the dtype.

    With ``rare``, those too that are left to the user's compiler: recurrent layers that are
    normalised or have noise with an activation that is none of scikit-learn's, and single steps of
    layers that no `SequenceGenerator` has. They would be a third of a library.
    """
    from skneural.engine.compile.jit import _label

    made = [*_defined(), *_of_activations(), *_of_losses(rare), *_of_optimizers(),
            *_of_series(rare)]
    found = {_label(kernel): kernel for kernel in made if kernel._is_ours()}
    return {name: found[name] for name in sorted(found) if name not in TEMPLATES}


def names() -> list[str]:
    """Return the names of all kernels with each dtype, as the library has them."""
    return [f"{name},{dtype}" for name in kernels() for dtype in DTYPES]


def _modules() -> Iterator[ModuleType]:
    import skneural

    for each in pkgutil.walk_packages(skneural.__path__, "skneural."):
        with contextlib.suppress(ImportError):  # of an extra; no kernels there
            yield importlib.import_module(each.name)


def _defined() -> Iterator[Any]:
    """Yield the kernels that are attributes of modules and of their classes, or in dicts there."""
    from skneural.engine.compile.jit import Kernel

    for module in _modules():
        classes = [value for value in vars(module).values() if isinstance(value, type)]
        for value in itertools.chain(*(vars(of).values() for of in (module, *classes))):
            parts = value.values() if isinstance(value, dict) else (value,)
            yield from (part for part in parts if isinstance(part, Kernel))


def _classes(base: type) -> Iterator[type]:
    """Yield the package's classes that derive from a base."""
    for each in base.__subclasses__():
        if each.__module__.startswith("skneural."):
            yield each
        yield from _classes(each)


def _of_activations() -> Iterator[Any]:
    from skneural.activations._base import Activation
    from skneural.layers.dense import contractive_dense
    from skneural.layers.tabular import parametric_activation

    for each in _classes(Activation):
        activation = each()
        yield from (activation.kernel, activation.value_kernel)
        for template in (parametric_activation.activate_share,
                         parametric_activation.evaluate_share):
            yield template.using(rule=each.rule)
    for slopes in contractive_dense._SLOPES.values():
        yield contractive_dense.contraction_slopes.using(slopes_of=slopes)


def _of_losses(rare: bool) -> Iterator[Any]:
    """Yield the kernels of losses, and of those of targets some of which are missing."""
    from skneural.losses._base import Loss, each_output, present
    from skneural.losses._custom import CustomLoss

    for each in _classes(Loss):
        if issubclass(each, CustomLoss):
            if rare:  # those of the contract tests
                yield from (example.kernel for example, _ in each.examples())
            continue
        if each.kernel is Loss.kernel and hasattr(each, "rule"):
            yield each_output.using(rule=each.rule)
            yield each_output.using(rule=present.using(rule=each.rule))


def _of_optimizers() -> Iterator[Any]:
    from skneural.optimizers import Adam
    from skneural.optimizers._base import Optimizer, given_scale

    for each in [*(each() for each in _classes(Optimizer)), Adam(amsgrad=True)]:
        yield from (each.kernel, each.kernel.using(scale_of=given_scale))


def _of_series(rare: bool) -> Iterator[Any]:
    """Yield the kernels of recurrent layers, normalised or not, with noise and without."""
    from skneural.activations._base import Activation
    from skneural.layers import Layer
    from skneural.layers.recurrent.base import Recurrent
    from skneural.layers.recurrent.steps import go_on

    layers = [each for each in Layer.registry.values() if issubclass(each, Recurrent)]
    names = [each.name for each in _classes(Activation)]
    variants = itertools.product(names, (False, True), (0.0, 0.5), (True, False))
    plan = SimpleNamespace(training=True, learning=True)
    for each, variant in itertools.product(layers, variants):
        layer = each.examples()[0][0]
        given = dict(zip(("activation", "layer_norm", "zoneout", "reset_after"), variant))
        is_plain = not given["layer_norm"] and not given["zoneout"]
        if not (rare or is_plain or given["activation"] in USUAL):
            continue
        for name in given.keys() & layer.get_params().keys():
            setattr(layer, name, given[name])
        forward, backward = layer._kernels(plan)
        yield from (forward, backward)
        defaults = each(1).get_params()
        if rare or all(defaults.get(name, value) == value for name, value in given.items()):
            yield go_on.using(**forward.bindings)  # single steps are those of SequenceGenerator

"""Converters for skl2onnx, which converts pipelines and what else has estimators in it."""

from __future__ import annotations

import math
from importlib import import_module
from typing import Any

import numpy as np
from sklearn.base import ClassifierMixin

from ... import estimators
from .graph import TABLES, VERSION_OF_TABLES, Graph
from .models import Output, adder_of, has_network, model_inputs, network_of
from .packages import skl2onnx_package

_OPSET = 18  # any: types do not depend on it
_OPTIONS = {
    "nocl": [False],
    "zipmap": [True, False, "columns"],
    "output_class_labels": [False, True],
    "raw_scores": [True, False],
}


def register_converters() -> None:
    """Register the estimators of this library with skl2onnx.

    Then ``skl2onnx.to_onnx`` and ``skl2onnx.convert_sklearn`` convert pipelines, searches and
    ensembles of scikit-learn with estimators of this library in them, as a whole. Classifiers have
    skl2onnx's options "zipmap", "output_class_labels" and "raw_scores". Calling it again changes
    nothing.

    Raises
    ------
    ImportError
        If skl2onnx is not installed.

    See Also
    --------
    to_onnx : An estimator of this library alone, without skl2onnx.

    References
    ----------
    skl2onnx: https://onnx.ai/sklearn-onnx

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.pipeline import make_pipeline
    >>> from sklearn.preprocessing import StandardScaler
    >>> from skneural import MLPClassifier
    >>> from skneural.persistence import register_converters
    >>> X, y = load_iris(return_X_y=True)
    >>> net = MLPClassifier((8,), solver="lbfgs", random_state=0)
    >>> pipeline = make_pipeline(StandardScaler(), net).fit(X, y)
    >>> register_converters()  # doctest: +SKIP
    >>> model = skl2onnx.to_onnx(pipeline, X[:1])  # doctest: +SKIP
    """
    package = skl2onnx_package()
    for cls in (getattr(estimators, name) for name in estimators.__all__):
        if has_network(cls):
            package.update_registered_converter(
                cls, f"Skneural{cls.__name__}", _say_types, _convert,
                options=_OPTIONS if issubclass(cls, ClassifierMixin) else None,
            )


def _say_types(operator: Any) -> None:
    """Set dtypes and shapes of the outputs, which skl2onnx asks for before nodes are made."""
    types = import_module("skl2onnx.common.data_types")
    graph = Graph(_dtype_of(operator), _OPSET)
    inputs = [variable.full_name for variable in operator.inputs]
    n_samples = operator.inputs[0].get_first_dimension()
    kinds = {
        str: types.StringTensorType, np.int64: types.Int64TensorType,
        np.dtype(np.float32): types.FloatTensorType, np.dtype(np.float64): types.DoubleTensorType,
    }
    found = _add(graph, operator, operator.scope_inst, inputs)
    for variable, output in zip(operator.outputs, found, strict=True):
        sizes = [None if size == -1 else size for size in output.shape]
        variable.type = kinds[output.dtype](shape=[n_samples, *sizes])


def _convert(scope: Any, operator: Any, container: Any) -> None:
    """Add the nodes of an estimator to skl2onnx's container."""
    opset = container.target_opset
    unique = scope.get_unique_variable_name, scope.get_unique_operator_name
    graph = Graph(_dtype_of(operator), opset, *unique)
    inputs = [variable.full_name for variable in operator.inputs]
    found = _add(graph, operator, scope, inputs)
    for variable, output in zip(operator.outputs, found, strict=True):
        graph.rename(output.name, variable.full_name)
    container.nodes.extend(graph.nodes)
    container.initializers.extend(graph.constants)
    container.node_domain_version_pair_sets.add(("", opset))
    if any(node.domain for node in graph.nodes):
        container.node_domain_version_pair_sets.add((TABLES, VERSION_OF_TABLES))


def _dtype_of(operator: Any) -> Any:
    """Return the dtype of what an operator reads: float64, or float32 for all else."""
    types = import_module("skl2onnx.common.data_types")
    is_double = isinstance(types.guess_tensor_type(operator.inputs[0].type), types.DoubleTensorType)
    return np.float64 if is_double else np.float32


def _add(graph: Graph, operator: Any, scope: Any, inputs: list[str]) -> list[Output]:
    """Add the nodes of an operator's estimator."""
    estimator = operator.raw_operator
    shapes = [tuple(variable.type.shape[1:]) for variable in operator.inputs]
    if len(inputs) > 1:
        pairs = zip(inputs, shapes, strict=True)
        inputs = [column for name, shape in pairs for column in graph.split(name, [1] * shape[0])]
    options = {"raw_scores": False}
    if isinstance(estimator, ClassifierMixin):
        options = scope.get_options(estimator, options)
    method = "decision_function" if options["raw_scores"] else None
    network_of(estimator)  # or an error that says why there is none
    shape = (len(inputs),) if len(inputs) > 1 else shapes[0]
    if None in shape:  # skl2onnx does not know what a step before gives
        shape = (math.prod(model_inputs(estimator, method)[0].shape),)
    return adder_of(estimator, method)(graph, estimator, inputs, shape)

"""Recurrent layers as nodes: ONNX's own where they fit, else a loop over the steps.

ONNX's have neither zoneout nor normalisation, and runtimes have them in float32 only. onnxruntime
ends the process where they, or a loop, get no rows: so they always get one at least.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ...activations import Tanh, get_activation
from ...layers import GRU, LSTM, JordanRNN, SimpleRNN
from ...layers.recurrent.norm import EPSILON
from .conversion import Shape, Values, add_activation, of_layers
from .elementwise import standardised
from .graph import Graph
from .packages import onnx_package

# a step: graph of its body, what it reads of x, states before; returns states after
Step = Callable[[Graph, str, list[str]], list[str]]


@of_layers(SimpleRNN)
def _simple_rnn(graph: Graph, layer: Any, x: str, shape: Shape, values: Values) -> str:
    if _is_plain(graph, layer) and type(get_activation(layer.activation)) is Tanh:
        return _own_operator(graph, "RNN", layer, x, values, [0])

    def step(body: Graph, of_inputs: str, states: list[str]) -> list[str]:
        sums = body.sum(of_inputs, _product(body, layer, states[0], values, [layer.units]))
        return [add_activation(body, layer.activation, sums)]

    return _loop(graph, layer, _inputs(graph, layer, x, values), [layer.units], step)


@of_layers(LSTM)
def _lstm(graph: Graph, layer: Any, x: str, shape: Shape, values: Values) -> str:
    if _is_plain(graph, layer):
        return _own_operator(graph, "LSTM", layer, x, values, [0, 3, 1, 2])

    def step(body: Graph, of_inputs: str, states: list[str]) -> list[str]:
        sums = body.sum(of_inputs, _product(body, layer, states[0], values, [4 * layer.units]))
        i, f, g, o = body.split(sums, [layer.units] * 4)
        i, f, o = (body.add("Sigmoid", gate) for gate in (i, f, o))
        cell = body.sum(body.product(f, states[1]), body.product(i, body.add("Tanh", g)))
        squashed = cell
        if layer.layer_norm:
            squashed = body.product(standardised(body, cell, EPSILON), values["cell_scale"])
            squashed = body.sum(squashed, values["cell_shift"])
        return [body.product(o, body.add("Tanh", squashed)), cell]

    return _loop(graph, layer, _inputs(graph, layer, x, values), [layer.units] * 2, step)


@of_layers(GRU)
def _gru(graph: Graph, layer: Any, x: str, shape: Shape, values: Values) -> str:
    if _is_plain(graph, layer):
        attributes = {"linear_before_reset": int(layer.reset_after)}
        return _own_operator(graph, "GRU", layer, x, values, [0, 1, 2], **attributes)
    units = layer.units
    step = _reset_after if layer.reset_after else _reset_before

    def of_step(body: Graph, of_inputs: str, states: list[str]) -> list[str]:
        update, new = step(body, layer, of_inputs, states[0], values)
        difference = body.add("Sub", states[0], new)
        return [body.sum(new, body.product(update, difference))]

    inputs = _inputs(graph, layer, x, values, [2 * units, units])
    return _loop(graph, layer, inputs, [units], of_step)


def _reset_after(
    body: Graph, layer: Any, of_inputs: str, state: str, values: Values
) -> tuple[str, str]:
    """Return the update gate and the new state."""
    units = layer.units
    of_states = _product(body, layer, state, values, [2 * units, units])
    if layer.use_bias:
        of_states = body.sum(of_states, values["bias"][1])
    gates, new = body.split(of_inputs, [2 * units, units])
    of_gates, of_new = body.split(of_states, [2 * units, units])
    update, reset = body.split(body.add("Sigmoid", body.sum(gates, of_gates)), [units] * 2)
    return update, body.add("Tanh", body.sum(new, body.product(reset, of_new)))


def _reset_before(
    body: Graph, layer: Any, of_inputs: str, state: str, values: Values
) -> tuple[str, str]:
    """Return the update gate and the new state."""
    units = layer.units
    gates, new = body.split(of_inputs, [2 * units, units])
    of_gates = _product(body, layer, state, values, [2 * units], slice(0, 2 * units))
    update, reset = body.split(body.add("Sigmoid", body.sum(gates, of_gates)), [units] * 2)
    kept = body.product(reset, state)
    of_new = _product(body, layer, kept, values, [units], slice(2 * units, None))
    return update, body.add("Tanh", body.sum(new, of_new))


@of_layers(JordanRNN)
def _jordan_rnn(graph: Graph, layer: Any, x: str, shape: Shape, values: Values) -> str:
    def step(body: Graph, of_inputs: str, states: list[str]) -> list[str]:
        sums = body.sum(of_inputs, body.add("MatMul", states[1], values["recurrent_kernel"]))
        hidden = add_activation(body, layer.activation, sums)
        outputs = body.add("MatMul", hidden, values["output_kernel"])
        if layer.use_bias:
            outputs = body.sum(outputs, values["output_bias"])
        return [outputs, body.sum(body.product(states[1], float(layer.decay)), outputs)]

    inputs = graph.add("MatMul", x, values["kernel"])
    if layer.use_bias:
        inputs = graph.sum(inputs, values["bias"])
    return _loop(graph, layer, inputs, [layer._n_states] * 2, step)


def _is_plain(graph: Graph, layer: Any) -> bool:
    """Whether ONNX's own operator does what a layer does."""
    return graph.dtype == np.float32 and not layer.layer_norm and layer.zoneout == 0


def _inputs(
    graph: Graph, layer: Any, x: str, values: Values, groups: Sequence[int] | None = None
) -> str:
    """Return the products of all steps with the kernel, normalised in groups, and the bias."""
    products = graph.add("MatMul", x, values["kernel"])
    if layer.layer_norm:
        sizes = groups or [values["kernel"].shape[1]]
        products = graph.product(_normal(graph, products, sizes), values["input_scale"])
    if layer.use_bias:
        bias = values["bias"]
        products = graph.sum(products, bias if bias.ndim == 1 else bias[0])
    return products


def _product(
    graph: Graph, layer: Any, state: str, values: Values, groups: Sequence[int],
    columns: slice = slice(None),
) -> str:
    """Return the product of a state with columns of the recurrent kernel, normalised in groups."""
    product = graph.add("MatMul", state, values["recurrent_kernel"][:, columns])
    if not layer.layer_norm:
        return product
    return graph.product(_normal(graph, product, groups), values["state_scale"][columns])


def _normal(graph: Graph, x: str, groups: Sequence[int]) -> str:
    return graph.join([standardised(graph, part, EPSILON) for part in graph.split(x, groups)])


def _own_operator(
    graph: Graph, kind: str, layer: Any, x: str, values: Values, order: Sequence[int],
    **attributes: Any,
) -> str:
    """Add an operator of ONNX, whose gates are ours in another order."""
    units = layer.units
    columns = np.concatenate([np.arange(n * units, (n + 1) * units) for n in order])
    bias = None
    if layer.use_bias:
        pair = values["bias"] if values["bias"].ndim == 2 else (values["bias"], None)
        zeros = np.zeros(len(columns))
        bias = np.concatenate([zeros if b is None else b[columns] for b in pair])[np.newaxis]
    x, n_rows = graph.with_a_row(x, 3)
    outputs, last = graph.add(
        kind, graph.transpose(x, (1, 0, 2)), values["kernel"].T[np.newaxis, columns],
        values["recurrent_kernel"].T[np.newaxis, columns], *([] if bias is None else [bias]),
        n_outputs=2, hidden_size=units, direction="reverse" if layer.reverse else "forward",
        **attributes,
    )
    if not layer.return_sequences:
        return graph.first_rows(graph.squeeze(last, 0), n_rows)
    return graph.first_rows(graph.transpose(graph.squeeze(outputs, 1), (1, 0, 2)), n_rows)


def _loop(
    graph: Graph, layer: Any, inputs: str, widths: Sequence[int], step: Step
) -> str:
    """Add a loop over the steps of products (n_samples, time, n); the first state is the output."""
    helper, body = onnx_package().helper, graph.body()
    given = [graph.unique("state") for _ in widths]
    of_step = graph.unique("step")
    after = step(body, of_step, given)
    share = float(getattr(layer, "zoneout", 0.0))
    if share:
        after = [
            body.sum(body.product(old, share), body.product(new, 1 - share))
            for old, new in zip(given, after, strict=True)
        ]
    results = [*(body.add("Identity", each) for each in after), body.add("Identity", after[0])]
    number = helper.np_dtype_to_tensor_dtype(graph.dtype)

    def values_of(names: Sequence[str]) -> list[Any]:
        return [helper.make_tensor_value_info(name, number, None) for name in names]

    inputs, n_rows = graph.with_a_row(inputs, 3)
    reverse = [int(layer.reverse)]
    found = graph.add(
        "Scan", *(_zeros(graph, inputs, width) for width in widths), inputs,
        n_outputs=len(widths) + 1, num_scan_inputs=1,
        body=helper.make_graph(
            body.nodes, graph.unique("steps"), values_of([*given, of_step]), values_of(results)
        ),
        scan_input_axes=[1], scan_output_axes=[1], scan_input_directions=reverse,
        scan_output_directions=reverse,
    )
    return graph.first_rows(found[-1] if layer.return_sequences else found[0], n_rows)


def _zeros(graph: Graph, x: str, width: int) -> str:
    """Return zeros of shape (n_samples, width)."""
    package = onnx_package()
    n_samples = graph.add("Gather", graph.add("Shape", x), graph.integers([0]))
    shape = graph.add("Concat", n_samples, graph.integers([width]), axis=0)
    zero = package.numpy_helper.from_array(np.zeros(1, graph.dtype))
    return graph.add("ConstantOfShape", shape, value=zero)

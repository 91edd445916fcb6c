"""The label units of deep belief nets as nodes."""

from __future__ import annotations

from typing import Any

from ...estimators.deep_boltzmann.belief_layers import LabelUnits
from .activations import softplus
from .conversion import Shape, Values, of_layers
from .graph import Graph


@of_layers(LabelUnits)
def _label_units(graph: Graph, layer: Any, x: str, shape: Shape, values: Values) -> str:
    fields = graph.unsqueeze(x, 2)
    on = softplus(graph, graph.sum(fields, values["kernel"]))
    gained = graph.add("Sub", on, softplus(graph, fields))
    return graph.sum(graph.reduce("ReduceSum", gained, [1], keep=False), values["bias"])

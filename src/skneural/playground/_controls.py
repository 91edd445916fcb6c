"""The controls of the page, one for each setting."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from ._packages import bokeh
from ._points import FEATURES, SHAPES
from ._settings import ACTIVATIONS, REGULARIZATIONS, Settings

_LEARNING_RATES = ("0.0001", "0.001", "0.003", "0.01", "0.03", "0.1", "0.3", "1")
_RATES = ("0.0001", "0.001", "0.003", "0.01", "0.03", "0.1", "0.3", "0.5")
_WIDTH = 230
Kind = Callable[[Any], Any]


def make_controls(settings: Settings, changed: Callable[[str, Any], None]) -> list[Any]:
    """Return Bokeh's widgets, named as the settings; ``changed(name, value)`` hears of changes."""
    models = bokeh("models")

    def choice(name: str, title: str, options: tuple[str, ...], kind: Kind = str) -> Any:
        value = getattr(settings, name)
        shown = next(each for each in options if kind(each) == value)
        return models.Select(name=name, title=title, options=list(options), value=shown), kind

    def slider(name: str, title: str, start: float, end: float, step: float) -> Any:
        value = getattr(settings, name)
        kind = type(value)
        return models.Slider(
            name=name, title=title, start=start, end=end, step=step, value=value
        ), kind

    widgets = [
        choice("data", "Data", tuple(SHAPES)),
        slider("noise", "Noise", 0.0, 0.5, 0.05),
        slider("layers", "Hidden layers", 1, 6, 1),
        slider("units", "Units of each", 1, 16, 1),
        choice("activation", "Activation", ACTIVATIONS),
        choice("learning_rate", "Learning rate", _LEARNING_RATES, float),
        choice("regularization", "Regularization", REGULARIZATIONS),
        choice("rate", "Regularization rate", _RATES, float),
        slider("batch_size", "Batch size", 1, 100, 1),
    ]
    for widget, kind in widgets:
        widget.width, widget.css_classes = _WIDTH, [widget.name]
        widget.on_change("value", partial(_hand_on, changed, widget.name, kind))
    features = models.CheckboxButtonGroup(
        name="features", css_classes=["features"], labels=list(FEATURES), width=_WIDTH,
        orientation="vertical",
        active=[number for number, name in enumerate(FEATURES) if name in settings.features],
    )
    names = list(FEATURES)
    features.on_change("active", lambda attribute, old, new: changed(
        "features", tuple(names[number] for number in new)
    ))
    title = models.Div(text="Features", margin=(5, 5, 0, 5))
    plain = [widget for widget, _ in widgets]
    return [*plain[:2], title, features, *plain[2:]]


def _hand_on(
    changed: Callable[[str, Any], None], name: str, kind: Kind,
    attribute: str, old: Any, new: Any,
) -> None:
    """Hand a widget's value on, of the kind of its setting."""
    changed(name, kind(new))

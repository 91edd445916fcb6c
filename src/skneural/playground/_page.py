"""The page: controls at the left, pictures at the right, and what moves them."""

from __future__ import annotations

from html import escape
from typing import Any

from ._controls import make_controls
from ._packages import bokeh
from ._pictures import Pictures
from ._playground import Playground
from ._settings import Settings

_PERIOD = 50  # milliseconds from one picture to the next, at least
_PACES = ("1", "5", "20")


class Page:
    """Fills a document of Bokeh's with a playground of its own.

    Parameters
    ----------
    document : bokeh.document.Document
    """

    def __init__(self, document: Any):
        models, layouts = bokeh("models"), bokeh("layouts")
        self._document, self._playing = document, None
        self.playground: Playground | None = None
        self.pictures = Pictures()
        self._settings: dict[str, Any] = {}  # those that were changed
        controls = make_controls(Settings(), self._changed)
        self._play = models.Toggle(
            name="play", css_classes=["play"], label="Play", button_type="success", width=90
        )
        step, reset = (
            models.Button(name=label.lower(), css_classes=[label.lower()], label=label, width=90)
            for label in ("Step", "Reset")
        )
        self._pace = models.Select(
            name="pace", title="Epochs a picture", options=list(_PACES), value=_PACES[0], width=120
        )
        self._status = models.Div(
            name="status", width=480, text="Loading; the first start after an installation"
            " compiles for a while.",
        )
        self._play.on_change("active", lambda attribute, old, new: self._set_playing(new))
        step.on_click(lambda: self._trained(self._advance))
        reset.on_click(lambda: self._trained(self._begin_anew))
        buttons = layouts.row(self._play, step, reset, self._pace)
        document.add_root(layouts.row(
            layouts.column(*controls),
            layouts.column(buttons, self.pictures.plane, self._status),
            layouts.column(self.pictures.curves, self.pictures.network),
            name="page",
        ))
        document.title = "scikit-neural playground"
        # the page is there at once, and the kernels, compiled or loaded, when it is seen
        document.on_event("document_ready", lambda event: self.begin())

    def begin(self) -> None:
        """Make the network, and draw it."""
        self._trained(self._begin_anew)

    def _begin_anew(self) -> None:
        if self.playground is None:
            self.playground = Playground(**self._settings)
        else:
            self.playground.reset()
        self.pictures.begin(self.playground)

    def _advance(self) -> None:
        if self.playground is None:
            self._begin_anew()
        assert self.playground is not None
        self.playground.step(int(self._pace.value))
        self.pictures.redraw(self.playground)

    def _changed(self, name: str, value: Any) -> None:
        self._trained(lambda: self._configure(name, value))

    def _configure(self, name: str, value: Any) -> None:
        self._settings[name] = value
        if self.playground is None:
            return
        epochs = self.playground.n_epochs
        self.playground.configure(**{name: value})
        if self.playground.n_epochs < epochs or epochs == 0:
            self.pictures.begin(self.playground)

    def _trained(self, change: Any) -> None:
        """Change something, and say how training stands, or what is wrong."""
        try:
            change()
        except Exception as error:  # the page goes on: the next change may mend it
            self._status.text = f"<b>{type(error).__name__}</b>: {escape(str(error))}"
            self._play.active = False
            return
        if self.playground is not None:
            now = self.playground
            self._status.text = (
                f"epoch {now.n_epochs}: log loss {now.losses[-1]:.4f}, of test points"
                f" {now.test_losses[-1]:.4f}<br>{escape(now.message)}"
            )

    def _set_playing(self, playing: bool) -> None:
        self._play.label = "Pause" if playing else "Play"
        if playing and self._playing is None:
            self._playing = self._document.add_periodic_callback(
                lambda: self._trained(self._advance), _PERIOD
            )
        elif not playing and self._playing is not None:
            self._document.remove_periodic_callback(self._playing)
            self._playing = None

"""The page as Bokeh has it, without a browser: what its controls do to its pictures."""

import builtins
import socket
import types

import numpy as np
import pytest

pytest.importorskip("bokeh", reason="the playground is shown by Bokeh")
from bokeh.document import Document
from bokeh.events import ButtonClick
from bokeh.server.util import check_allowlist

from skneural.playground import __main__ as command
from skneural.playground import serve
from skneural.playground._page import Page
from skneural.playground._server import make_server


@pytest.fixture
def page():
    made = Page(Document())
    made.begin()
    return made


def model(page, name):
    return page._document.get_model_by_name(name)


def data(page, name):
    return dict(page._document.select_one({"name": name}).data)


def click(page, name):
    model(page, name)._trigger_event(ButtonClick(model(page, name)))


def test_a_page_is_there_before_the_network():
    page = Page(Document())
    assert page.playground is None
    assert "Loading" in model(page, "status").text
    assert page._document.title == "scikit-neural playground"
    model(page, "units").value = 3  # a control moved early is not lost
    page.begin()
    assert page.playground.settings.units == 3


def test_first_picture(page):
    (image,) = data(page, "boundary")["image"]
    np.testing.assert_array_equal(image, page.playground.boundary(64).astype(np.float32))
    points = data(page, "points")
    np.testing.assert_array_equal(np.column_stack([points["x"], points["y"]]), page.playground.X)
    assert list(data(page, "losses")["epoch"]) == [0]
    n_weights = sum(weights.size for weights in page.playground.estimator.coefs_)
    assert len(data(page, "weight_lines")["x0"]) == n_weights == 2 * 6 + 6 * 6 + 6
    assert len(data(page, "unit_places")["x"]) == 2 + 6 + 6 + 1
    assert model(page, "status").text.startswith("epoch 0: log loss")


def test_step_and_reset(page):
    (first,) = data(page, "boundary")["image"]
    click(page, "step")
    model(page, "pace").value = "5"
    click(page, "step")
    (stepped,) = data(page, "boundary")["image"]
    assert page.playground.n_epochs == 6
    assert not np.array_equal(first, stepped)
    assert list(data(page, "losses")["epoch"]) == list(range(7))
    assert list(data(page, "losses")["test"]) == page.playground.test_losses
    click(page, "reset")
    assert list(data(page, "losses")["epoch"]) == [0]
    np.testing.assert_array_equal(data(page, "boundary")["image"][0], first)


def test_play_and_pause(page):
    play = model(page, "play")
    play.active = True
    assert play.label == "Pause"
    (callback,) = page._document.session_callbacks
    callback.callback()
    assert page.playground.n_epochs == 1
    play.active = False
    assert play.label == "Play"
    assert not page._document.session_callbacks


@pytest.mark.parametrize(("name", "value", "setting"), [
    ("data", "spiral", "spiral"), ("noise", 0.4, 0.4), ("layers", 3, 3), ("units", 9, 9),
    ("activation", "relu", "relu"), ("learning_rate", "0.3", 0.3), ("batch_size", 50, 50),
    ("regularization", "dropout", "dropout"), ("rate", "0.1", 0.1),
])
def test_each_control_sets_its_setting(page, name, value, setting):
    model(page, name).value = value
    assert getattr(page.playground.settings, name) == setting
    click(page, "step")
    assert page.playground.n_epochs == 1
    assert "epoch 1" in model(page, "status").text


def test_features(page):
    model(page, "features").active = [0, 4]
    assert page.playground.settings.features == ("x1", "x1 x2")
    assert len(data(page, "unit_places")["x"]) == 2 + 6 + 6 + 1
    model(page, "features").active = []
    assert "features is empty" in model(page, "status").text
    assert page.playground.settings.features == ("x1", "x1 x2")


def test_an_error_pauses_and_is_shown(page, monkeypatch):
    model(page, "play").active = True
    (callback,) = page._document.session_callbacks
    monkeypatch.setattr(page.playground, "step", lambda n_epochs: 1 / 0)
    callback.callback()
    assert "<b>ZeroDivisionError</b>: division by zero" in model(page, "status").text
    assert not model(page, "play").active
    assert not page._document.session_callbacks


def test_pages_are_apart(page):
    other = Page(Document())
    other.begin()
    click(page, "step")
    assert (page.playground.n_epochs, other.playground.n_epochs) == (1, 0)


def test_a_port_that_is_taken(capsys):
    with socket.create_server(("localhost", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(OSError, match=f"localhost:{port} cannot be .* or 0 for a free one"):
            serve(port, show=False)
        assert "give another port" in command.main(["--port", str(port), "--no-show"])


@pytest.mark.parametrize("port", ["-1", "99999"])
def test_a_port_that_is_none(port):
    message = command.main([f"--port={port}", "--no-show"])
    assert f"port={port} must be a whole number from 0 to 65535" in message


@pytest.mark.parametrize(("address", "host", "allowed"), [
    ("0.0.0.0", "machine.example", True),
    ("0.0.0.0", "192.0.2.7", True),
    ("localhost", "127.0.0.1", True),
    ("localhost", "machine.example", False),
])
def test_names_under_which_a_page_is_served(address, host, allowed):
    server = make_server(0, address)
    try:
        known = server._tornado.websocket_origins
        assert check_allowlist(f"{host}:{server.port}", known) == allowed
    finally:
        server.stop()


def test_the_place_that_is_told_can_be_opened(monkeypatch, capsys):
    loop = types.SimpleNamespace(
        start=lambda: None, add_callback=lambda do, *given: opened.extend(given)
    )
    quiet = types.SimpleNamespace(port=81, io_loop=loop, start=lambda: None, stop=lambda: None)
    monkeypatch.setattr("skneural.playground._server.make_server", lambda *given: quiet)
    opened = []
    serve(81, address="0.0.0.0")
    assert opened == ["http://localhost:81/"]
    told = capsys.readouterr().out
    assert "http://localhost:81/" in told
    assert f"http://{socket.gethostname()}:81/" in told


def test_without_bokeh(monkeypatch):
    real = builtins.__import__

    def missing(name, *arguments, **keywords):
        if name.startswith("bokeh"):
            raise ImportError(name)
        return real(name, *arguments, **keywords)

    monkeypatch.setattr("skneural._optional.import_module", lambda name: missing(name))
    message = 'skneural.playground needs the package bokeh: pip install "scikit-neural[playground]"'
    assert command.main(["--no-show"]) == message


def test_bokeh_is_imported_only_to_show(run_python):
    result = run_python("""
        import sys
        from skneural.playground import Playground, serve
        Playground().step()
        print(sorted({"bokeh", "tornado"} & set(sys.modules)))
    """)
    assert result.stdout.strip() == "[]"

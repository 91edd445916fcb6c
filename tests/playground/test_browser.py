"""The playground in a browser without a window: started by its command, moved by mouse and keys."""

import io
import signal
import subprocess
import sys

import numpy as np
import pytest

from asv_benchmarks._browser import Browser, chromium

pytest.importorskip("bokeh", reason="the playground is shown by Bokeh")
pyplot = pytest.importorskip("matplotlib.pyplot", reason="reads pictures by matplotlib")
pytestmark = [
    pytest.mark.needs_jit(reason="as plain Python the page is slower than it is waited for"),
    pytest.mark.skipif(chromium() is None, reason="there is no Chromium: apt-get install chromium"),
]


@pytest.fixture
def server():
    process = subprocess.Popen(
        [sys.executable, "-m", "skneural.playground", "--port", "0", "--no-show"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )
    try:
        line = process.stdout.readline()
        assert line.startswith("The playground is at http://localhost:"), process.stderr.read()
        yield process, line.split()[4].rstrip(";")
    finally:
        process.kill()
        process.communicate()


def pixels(png):
    return pyplot.imread(io.BytesIO(png))[:, :, :3]


def test_a_moved_control_changes_the_boundary(server):
    process, url = server
    with Browser(url) as browser:
        def status():
            return browser.evaluate(
                "typeof Bokeh !== 'undefined' && Bokeh.documents.length &&"
                " Bokeh.documents[0].get_model_by_name('status').text"
            ) or ""

        def settled():
            """The boundary's pixels once two looks at them are the same."""
            before = browser.picture(".plane")
            while (now := browser.picture(".plane")) != before:
                before = now
            return pixels(now)

        browser.wait(lambda: status().startswith("epoch 0"))
        first = settled()
        assert first.std() > 0.02, "there is nothing in the picture"
        browser.click(".step", "button")
        browser.wait(lambda: status().startswith("epoch 1:"))
        stepped = settled()
        assert np.mean(np.abs(stepped - first) > 0.02) > 0.2  # of the pixels, most of the plane

        browser.click(".units", ".noUi-handle")
        browser.press("ArrowRight")
        browser.wait(lambda: status().startswith("epoch 0"))
        moved = settled()
        assert np.mean(np.abs(moved - first) > 0.02) > 0.2
        assert np.mean(np.abs(moved - stepped) > 0.02) > 0.2
        unit = "Bokeh.documents[0].get_model_by_name('units').value"
        assert browser.evaluate(unit) == 7

        browser.click(".play", "button")
        browser.wait(lambda: int(status().split(":")[0].removeprefix("epoch ")) > 20)
        browser.click(".play", "button")
        browser.wait(lambda: browser.box(".play", "button") and not browser.evaluate(
            "Bokeh.documents[0].get_model_by_name('play').active"
        ))
        assert np.mean(np.abs(settled() - moved) > 0.02) > 0.2
    process.send_signal(signal.SIGINT)
    assert process.wait(30) == 0
    assert process.stderr.read() == ""

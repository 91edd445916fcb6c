"""The playground in a headless Chromium: seconds to its first picture, redraws a second.

`python -m asv_benchmarks.playground` starts the command anew in each round, with kernels that are
compiled already, and once on an empty cache (`--cold`), and tells when the page and the first
boundary are seen; then it presses Play and counts the boundaries that the browser draws.
`--picture FILE` also writes a picture of the page after a training on the spiral, which is the one
of the documentation.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

from asv_benchmarks._browser import Browser, chromium

ROUNDS, SECONDS = 5, 5.0
STATUS = (
    "typeof Bokeh !== 'undefined' && Bokeh.documents.length ?"
    " Bokeh.documents[0].get_model_by_name('status').text : ''"
)
# frames of the browser in which the boundary had changed since the one before
COUNT = """
window.frames_drawn = 0;
(() => {
    let changed = false;
    const source = Bokeh.documents[0].get_model_by_name('boundary');
    source.properties.data.change.connect(() => { changed = true; });
    const frame = () => {
        if (changed) { window.frames_drawn += 1; changed = false; }
        requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
})()
"""


@contextmanager
def command(**environment):
    """Start the playground's command; yield its address and when it was started."""
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "skneural.playground", "--port", "0", "--no-show"],
        stdout=subprocess.PIPE, text=True, env=os.environ | environment,
    )
    try:
        yield process.stdout.readline().split()[4].rstrip(";"), began
    finally:
        process.terminate()
        process.wait()


def epochs(browser):
    """Epochs that the page shows, None before its first picture."""
    text = browser.evaluate(STATUS)
    return int(text.split(":")[0].removeprefix("epoch ")) if text.startswith("epoch") else None


def first_picture(**environment):
    """Seconds from the command to the server, to the page and to its first boundary."""
    with Browser() as browser, command(**environment) as (url, began):
        times = [time.perf_counter() - began]
        browser.open(url)
        browser.wait(lambda: browser.evaluate(STATUS), every=0.01)
        times.append(time.perf_counter() - began)
        browser.wait(lambda: epochs(browser) == 0, every=0.01)
        return [*times, time.perf_counter() - began]


def redraws():
    """Redraws and epochs a second while the playground plays."""
    with Browser() as browser, command() as (url, _):
        browser.open(url)
        browser.wait(lambda: epochs(browser) == 0)
        browser.evaluate(COUNT)
        browser.click(".play", "button")
        browser.wait(lambda: epochs(browser) > 5)
        before = _counts(browser)
        time.sleep(SECONDS)
        now, *after = (each - since for each, since in zip(_counts(browser), before, strict=True))
        return [count / now for count in after]


def _counts(browser):
    return time.perf_counter(), browser.evaluate("frames_drawn"), epochs(browser)


def write_picture(path):
    """Write a picture of the page, trained on the spiral until it has learned that."""
    changes = {"data": "'spiral'", "layers": "3", "units": "8", "noise": "0.05"}
    with Browser(size=(1180, 730)) as browser, command() as (url, _):
        browser.open(url)
        browser.wait(lambda: epochs(browser) == 0)
        for name, value in changes.items():
            browser.evaluate(f"Bokeh.documents[0].get_model_by_name('{name}').value = {value}; 0")
        browser.evaluate("Bokeh.documents[0].get_model_by_name('features').active = [0,1,5,6]; 0")
        browser.click(".play", "button")
        browser.wait(lambda: epochs(browser) >= 150)
        browser.click(".play", "button")
        time.sleep(1)  # until the last boundary is drawn
        Path(path).write_bytes(browser.picture())


def main():
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--cold", action="store_true", help="also once on an empty cache")
    parser.add_argument("--picture", help="a PNG file for a picture of the page")
    given = parser.parse_args()
    if chromium() is None:
        return "there is no Chromium: apt-get install chromium"
    if given.picture:
        write_picture(given.picture)
        return None
    rows = [first_picture() for _ in range(given.rounds + 1)][1:]
    names = ("server listens", "page is seen", "first boundary is seen")
    for name, times in zip(names, zip(*rows, strict=True), strict=True):
        print(f"{name:28}{statistics.median(times):6.2f} s after the command")
    if given.cold:
        with tempfile.TemporaryDirectory() as cache:
            times = first_picture(SKNEURAL_CACHE_DIR=cache)
        print(f"{'  the same, nothing compiled':28}{times[-1]:6.2f} s")
    rates = [redraws() for _ in range(given.rounds)]
    for name, found in zip(("redraws", "epochs"), zip(*rates, strict=True), strict=True):
        print(f"{name + ' a second':28}{statistics.median(found):6.1f}")
    return None


if __name__ == "__main__":
    sys.exit(main())

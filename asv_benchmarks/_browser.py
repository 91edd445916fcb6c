"""A headless Chromium, driven through its DevTools protocol by Tornado, which comes with Bokeh."""

from __future__ import annotations

import asyncio
import base64
import itertools
import json
import shutil
import subprocess
import tempfile
import time
import urllib.request
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
SWITCHES = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
    "--disable-background-networking", "--disable-extensions", "--disable-component-update",
    "--remote-debugging-port=0", "--force-device-scale-factor=1",
)
# elements of Bokeh's widgets lie in shadow roots, which no selector of the document reaches
_FIND = """
(function find(root, selector) {
    const found = root.querySelector(selector);
    if (found) return found;
    for (const each of root.querySelectorAll('*')) {
        const inside = each.shadowRoot && find(each.shadowRoot, selector);
        if (inside) return inside;
    }
    return null;
})"""


def chromium() -> str | None:
    """The path of a Chromium, None if there is none."""
    return next(filter(None, map(shutil.which, NAMES)), None)


class Browser:
    """A page in a browser of its own; use it in a ``with``.

    Parameters
    ----------
    url : str, default="about:blank"
    size : tuple of (int, int)
        Of the page, in pixels.
    timeout : float
        Seconds for anything that is waited for.
    """

    def __init__(self, url="about:blank", size=(1180, 820), timeout=120.0):
        self.url, self.size, self.timeout = url, size, timeout
        self._numbers, self._loop = itertools.count(1), asyncio.new_event_loop()

    def __enter__(self):
        self._folder = tempfile.mkdtemp(prefix="chromium-")
        width, height = self.size
        self._process = subprocess.Popen(
            [
                chromium(), *SWITCHES, f"--user-data-dir={self._folder}",
                f"--window-size={width},{height}", "about:blank",
            ],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )
        try:
            port = self.wait(self._port)
            self._socket = self._run(self._connected(self.wait(lambda: self._page(port))))
            self.ask("Page.enable")
            self.ask("Emulation.setDeviceMetricsOverride", width=width, height=height,
                     deviceScaleFactor=1, mobile=False)
            self.open(self.url)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *error):
        if hasattr(self, "_socket"):
            self._socket.close()
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._loop.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def wait(self, look, seconds=None, every=0.05):
        """Return the first true value of ``look()``."""
        end = time.monotonic() + (seconds or self.timeout)
        while not (value := look()):
            if time.monotonic() > end:
                raise TimeoutError(f"the browser waited in vain for {look}")
            if self._process.poll() is not None:
                raise RuntimeError(f"Chromium ended with {self._process.returncode}")
            time.sleep(every)
        return value

    def open(self, url):
        """Go to another page."""
        self.ask("Page.navigate", url=url)

    def ask(self, method, **parameters):
        """Return the result of a command of the protocol."""
        return self._run(self._asked(method, parameters))

    def evaluate(self, expression):
        """Return the value of a JavaScript expression."""
        answer = self.ask(
            "Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True
        )
        if "exceptionDetails" in answer:
            raise RuntimeError(answer["exceptionDetails"]["exception"]["description"])
        return answer["result"].get("value")

    def box(self, *selectors):
        """Return x, y, width and height of an element, None if it is not there.

        With two selectors, it is the second's inside of the first's.
        """
        return self.evaluate(
            f"(() => {{ let e = document; for (const each of {json.dumps(selectors)})"
            f" e = e && {_FIND}(e.shadowRoot || e, each);"
            " if (!e) return null; const b = e.getBoundingClientRect();"
            " return b.width ? [b.x, b.y, b.width, b.height] : null; })()"
        )

    def click(self, *selectors):
        """Click into the middle of an element."""
        x, y, width, height = self.wait(lambda: self.box(*selectors))
        for kind in ("mousePressed", "mouseReleased"):
            self.ask("Input.dispatchMouseEvent", type=kind, x=x + width / 2, y=y + height / 2,
                     button="left", clickCount=1)

    def press(self, key):
        """Press a key, such as "ArrowRight", where the focus is."""
        codes = {"ArrowLeft": 37, "ArrowUp": 38, "ArrowRight": 39, "ArrowDown": 40}
        for kind in ("keyDown", "keyUp"):
            self.ask("Input.dispatchKeyEvent", type=kind, key=key, code=key,
                     windowsVirtualKeyCode=codes[key])

    def picture(self, selector=None):
        """Return a PNG of an element, or of the page."""
        clip = {}
        if selector is not None:
            x, y, width, height = self.wait(lambda: self.box(selector))
            clip = {"clip": {"x": x, "y": y, "width": width, "height": height, "scale": 1}}
        answer = self.ask("Page.captureScreenshot", format="png", **clip)
        return base64.b64decode(answer["data"])

    def _port(self):
        file = Path(self._folder) / "DevToolsActivePort"
        lines = file.read_text().splitlines() if file.exists() else []
        return int(lines[0]) if len(lines) > 1 else None

    def _page(self, port):
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/json/list", timeout=10) as answer:
            pages = [each for each in json.load(answer) if each["type"] == "page"]
        return pages[0]["webSocketDebuggerUrl"] if pages else None

    def _run(self, coroutine):
        return self._loop.run_until_complete(asyncio.wait_for(coroutine, self.timeout))

    async def _connected(self, address):
        from tornado.websocket import websocket_connect

        return await websocket_connect(address, max_message_size=1 << 28)

    async def _asked(self, method, parameters):
        number = next(self._numbers)
        await self._socket.write_message(
            json.dumps({"id": number, "method": method, "params": parameters})
        )
        while (text := await self._socket.read_message()) is not None:
            answer = json.loads(text)
            if answer.get("id") == number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']['message']}")
                return answer["result"]
        raise RuntimeError("Chromium closed the connection")

"""A playground in the browser: networks of two inputs, trained while one looks on.

``python -m skneural.playground`` starts it; it needs ``pip install "scikit-neural[playground]"``.
`Playground` is the same without a browser.
"""

from ._playground import Playground
from ._server import serve

__all__ = ["Playground", "serve"]

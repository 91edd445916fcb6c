"""What the documentation shows works as written."""

import doctest
import importlib
import pkgutil
import re
from pathlib import Path

import pytest

import skneural

ROOT = Path(__file__).resolve().parents[1]
FITTING = pytest.mark.needs_jit(reason="fits that last many epochs")
MODULES = [
    pytest.param(module.name, marks=FITTING if ".estimators." in module.name else ())
    for module in pkgutil.walk_packages(skneural.__path__, "skneural.")
    if not module.name.startswith("skneural.engine.")
]

PAGES = [
    "README.md",
    "docs/getting_started.rst",
    "docs/guide/autoencoders.rst",
    "docs/guide/images.rst",
    "docs/guide/losses.rst",
    "docs/guide/networks.rst",
    "docs/guide/optimizers.rst",
    "docs/guide/schedules.rst",
    "docs/guide/tables.rst",
]


def python_blocks(text):
    """Python code in a Markdown or reStructuredText page, in order."""
    fenced = re.findall(r"```python\n(.*?)```", text, flags=re.DOTALL)
    directives = re.findall(r"\.\. code-block:: python\n\n((?:(?:   .*)?\n)+)", text)
    return fenced + [re.sub(r"^   ", "", block, flags=re.MULTILINE) for block in directives]


@pytest.mark.parametrize("name", MODULES)
def test_docstring_examples(name):
    results = doctest.testmod(
        importlib.import_module(name), optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    )
    assert results.failed == 0


@FITTING
@pytest.mark.parametrize("page", PAGES)
def test_page_runs_from_top_to_bottom(page):
    names = {"__name__": "__page__"}
    for block in python_blocks((ROOT / page).read_text(encoding="utf-8")):
        exec(compile(block, page, "exec"), names)

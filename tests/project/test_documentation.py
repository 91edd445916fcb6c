"""What the documentation shows works as written."""

import doctest
import importlib
import pkgutil
import re
from pathlib import Path

import pytest

import skneural

ROOT = Path(__file__).resolve().parents[2]
BOX = 88  # characters of a line of code on a page, where its box holds 100 at most
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
    "docs/guide/energy_models.rst",
    "docs/guide/forecasting.rst",
    "docs/guide/generation.rst",
    "docs/guide/images.rst",
    "docs/guide/inspection.rst",
    "docs/guide/losses.rst",
    "docs/guide/maps_and_memories.rst",
    "docs/guide/networks.rst",
    "docs/guide/optimizers.rst",
    "docs/guide/schedules.rst",
    "docs/guide/series.rst",
    "docs/guide/tables.rst",
    "docs/guide/text.rst",
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
def test_page_runs_from_top_to_bottom(page, capsys):
    text, names = (ROOT / page).read_text(encoding="utf-8"), {"__name__": "__page__"}
    for block in python_blocks(text):
        exec(compile(block, page, "exec"), names)
    if ".. code-block:: text" in text:  # with outputs: a table of layers is the same everywhere
        printed = capsys.readouterr().out.splitlines()
        layers = [f"   {line}\n" for line in printed if "(n, " in line]
        batches = [line.partition(" takes ")[:2] for line in printed if " takes " in line]
        expected = layers + [f"   {''.join(batch)}" for batch in batches]
        assert layers and batches and not [line for line in expected if line not in text]


SHOWN = sorted(path for folder in ("examples", "docs") for path in (ROOT / folder).rglob("*.*"))


@pytest.mark.parametrize(
    "path",
    [
        path
        for path in SHOWN
        if path.match("plot_*.py") or path.suffix == ".rst"
        if not {"_build", "gallery", "generated"} & set(path.parts)
    ],
    ids=lambda path: path.relative_to(ROOT).as_posix(),
)
def test_code_fits_its_box(path):
    text = path.read_text(encoding="utf-8")
    blocks = python_blocks(text)
    if path.suffix == ".py":
        code = text.split('"""', 2)[2]  # behind the docstring, which is text, as comments are
        blocks = [re.sub("^#.*", "", code, flags=re.MULTILINE)]
    assert not [line for block in blocks for line in block.splitlines() if len(line) > BOX]


def test_the_gallery_has_a_place_for_every_example():
    order = (ROOT / "docs/_ext/gallery.py").read_text(encoding="utf-8")
    listed = re.findall(r'"(\w+)"', order.partition("EXAMPLES = [")[2].partition("]")[0])
    sections = re.findall(r'"(\w+)"', order.partition("SECTIONS = [")[2].partition("]")[0])
    folders = {path.parent.name for path in (ROOT / "examples").glob("*/plot_*.py")}
    assert sorted(sections) == sorted(folders)
    examples = [path.stem.removeprefix("plot_") for path in (ROOT / "examples").rglob("plot_*.py")]
    assert sorted(listed) == sorted(examples)

"""A release's metadata and README say where the repository is."""

import re
import runpy
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = runpy.run_path(str(ROOT / ".ci" / "add_links.py"))
URLS = {"Source": "https://example.org/here", "Issues": "https://example.org/issues", "Docs": ""}
HEAD = '[project]\nname = "a"\n'


@pytest.mark.parametrize(
    "text",
    [
        HEAD,
        HEAD + 'urls.Source = "https://example.org/own"\n[tool.a]\nb = 1\n',
        HEAD + '[project.urls]\nsource = "https://example.org/own"\n\n[tool.a]\nb = 1\n',
        HEAD + "[tool.a]\nb = 1\n\n[project.urls]\n",
        (ROOT / "pyproject.toml").read_text(encoding="utf-8"),
    ],
    ids=["none", "dotted", "table", "empty", "ours"],
)
def test_only_missing_addresses_are_added(text):
    before, after = tomllib.loads(text), tomllib.loads(SCRIPT["with_urls"](text, URLS))
    own, urls = before["project"].pop("urls", {}), after["project"].pop("urls")
    assert after == before, "all else is as it was"
    assert urls.items() >= own.items()
    assert {name.lower() for name in urls} == {*(n.lower() for n in own), "source", "issues"}
    assert "Docs" not in urls


def test_addresses_are_added_once():
    text = SCRIPT["with_urls"](HEAD, URLS)
    assert SCRIPT["with_urls"](text, URLS) == text


def test_links_of_the_readme_become_absolute():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    absolute = SCRIPT["with_absolute_links"](text, "https://example.org/here", "v1", ROOT)
    targets = re.findall(r"\]\(([^)\s]+)\)", absolute)
    assert targets and all(target.startswith("https://") for target in targets)
    assert SCRIPT["with_absolute_links"](absolute, "https://example.org", "v2", ROOT) == absolute


def test_pictures_and_other_links():
    text = "![a](README.md) [b](https://example.org) [c](#here) [d](LICENSE#e) `x[i](j)`"
    expected = "![a](u/raw/v1/README.md) [b](https://example.org) [c](#here)"
    expected += " [d](u/blob/v1/LICENSE#e) `x[i](j)`"
    assert SCRIPT["with_absolute_links"](text, "u", "v1", ROOT) == expected

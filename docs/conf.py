"""Sphinx configuration."""

import json
import os
import sys
import warnings
from importlib.metadata import version as installed_version
from pathlib import Path

from numpydoc import xref

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE / "_ext"))

from gallery import SECTIONS  # noqa: E402 - modules of that folder
from links import NAMES  # noqa: E402

project = "scikit-neural"
author = "the scikit-neural developers"
copyright = "the scikit-neural developers"
version = release = installed_version("scikit-neural")

extensions = [
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx.ext.extlinks",
    "sphinx.ext.intersphinx",
    "sphinx.ext.viewcode",
    "numpydoc",
    "sphinx_design",
    "sphinx_gallery.gen_gallery",
    "links",
    "mathml",
]
templates_path = ["_templates"]
exclude_patterns = ["_build", "_ext"]
default_role = "literal"  # what `this` means in docstrings
html_math_renderer = "mathml"

extlinks = {
    "arxiv": ("https://arxiv.org/abs/%s", "arXiv:%s"),
    "doi": ("https://doi.org/%s", "doi:%s"),
}

# Other projects' pages are linked where their inventories may be fetched. Without a network the
# names stay as they are, and no build waits for an answer that won't come.
intersphinx_mapping = {}
if os.environ.get("SKNEURAL_DOCS_NETWORK") == "1":
    intersphinx_mapping = {
        "numpy": ("https://numpy.org/doc/stable", None),
        "python": ("https://docs.python.org/3", None),
        "scipy": ("https://docs.scipy.org/doc/scipy", None),
        "sklearn": ("https://scikit-learn.org/stable", None),
    }

# A page for each name in a package's __all__, wherever it is defined.
autosummary_generate = True
autosummary_imported_members = True
autosummary_ignore_module_all = False
autodoc_typehints = "none"
numpydoc_show_class_members = False
toc_object_entries_show_parents = "hide"
numpydoc_xref_param_type = True
numpydoc_xref_aliases = {name: target for name, target in NAMES.items() if name.isidentifier()}
numpydoc_xref_aliases["Activation"] = "skneural.activations.Activation"  # not the layer
numpydoc_xref_ignore = "all"
if not intersphinx_mapping:
    xref.DEFAULT_LINKS.clear()  # terms of NumPy's and Python's glossaries

# What examples warn of is shown without the path of the builder's files.
warnings.formatwarning = lambda message, category, *_, **__: f"{category.__name__}: {message}\n"
warnings.filterwarnings("ignore", "A network error occurred")  # they go on without the set

sphinx_gallery_conf = {
    "examples_dirs": ["../examples"],
    "gallery_dirs": ["gallery"],
    "filename_pattern": r"[\\/]plot_",
    "subsection_order": [f"../examples/{section}" for section in SECTIONS],
    "within_subsection_order": "gallery.InOrder",
    "backreferences_dir": "api/backreferences",
    "doc_module": ("skneural",),
    "inspect_global_variables": False,
    "abort_on_example_error": True,
    "download_all_examples": False,
    "thumbnail_size": (480, 336),
    "min_reported_time": 1,
    "write_computation_times": False,  # a page whose tables fetch scripts
    "show_memory": False,
}

html_theme = "pydata_sphinx_theme"
html_title = "scikit-neural"
html_logo = "_static/logo.svg"
html_favicon = "_static/favicon.svg"
html_static_path = ["_static"]
html_css_files = ["scikit-neural.css"]
html_show_sourcelink = False
SINGLE = ["index", "getting_started", "when_to_use", "differences", "performance", "architecture",
          "extending"]
html_sidebars = {page: [] for page in SINGLE}  # no section to navigate in
html_theme_options = {
    "logo": {"text": "scikit-neural"},
    "show_toc_level": 2,
    "navigation_with_keys": False,
    "navbar_persistent": [],
    "navbar_end": ["search-button", "theme-switcher"],
    "header_links_before_dropdown": 4,
}

# The list of published versions. Where it names more than one, each page lets the reader choose.
VERSIONS = json.loads((HERE / "_static" / "versions.json").read_text(encoding="utf-8"))
if len(VERSIONS) > 1:
    html_theme_options |= {
        "switcher": {"json_url": "_static/versions.json", "version_match": version},
        "navbar_start": ["navbar-logo", "version-switcher"],
        "check_switcher": False,
    }


def _skip_scikit_learns(app, what, name, obj, skip, options):
    """Leave out what scikit-learn documents: its own methods, and those it generates."""
    if name.startswith("set_") and name.endswith("_request"):
        return True
    if getattr(obj, "__module__", None) and obj.__module__.partition(".")[0] == "sklearn":
        return True
    return None


def setup(app):
    app.connect("autodoc-skip-member", _skip_scikit_learns)

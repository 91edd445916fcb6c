"""The HTML representation links to the documentation that the installed package names."""

from email.message import Message

import pytest

from skneural import (
    AutoencoderTransformer,
    ConvNetClassifier,
    FeatureExtractor,
    MLPClassifier,
    _documentation_links,
)

MODELS = [MLPClassifier(), ConvNetClassifier(), AutoencoderTransformer(), FeatureExtractor()]


@pytest.fixture
def links(monkeypatch):
    def set_links(*links):
        package = Message()
        for link in links:
            package["Project-URL"] = link
        monkeypatch.setattr(_documentation_links, "metadata", lambda name: package)
        _documentation_links.page_template.cache_clear()

    yield set_links
    _documentation_links.page_template.cache_clear()


@pytest.mark.parametrize("model", MODELS, ids=lambda model: type(model).__name__)
def test_link(model, links):
    links("Source, https://example.org/source", "Documentation, https://example.org/docs/")
    name = type(model).__name__
    page = f"https://example.org/docs/api/generated/skneural.{name}.html"
    assert model._get_doc_link() == page
    assert f'href="{page}"' in model._repr_html_inner()


@pytest.mark.parametrize("model", MODELS, ids=lambda model: type(model).__name__)
def test_no_link_where_none_is_named(model, links):
    links()
    assert model._get_doc_link() == ""
    assert "api/generated" not in model._repr_html_inner()

"""Put the repository's address into the package's metadata, and before README's relative links.

The repository does not name where it is kept; a release does, as its page on the package index has
nothing to be relative to: `python .ci/add_links.py REPOSITORY REF [DOCUMENTATION]`.
"""

import re
import sys
import tomllib
from pathlib import Path


def with_urls(text: str, urls: dict[str, str]) -> str:
    """Return a pyproject.toml that has these [project.urls] beside those it has, which stay."""
    known = {name.lower() for name in tomllib.loads(text)["project"].get("urls", {})}
    missing = {name: url for name, url in urls.items() if url and name.lower() not in known}
    table = re.search(r"^\[project\.urls\].*\n", text, flags=re.MULTILINE)
    header, prefix = (table, "") if table else (re.search(r"^\[project\].*\n", text, re.M), "urls.")
    lines = "".join(f'{prefix}{name} = "{url}"\n' for name, url in missing.items())
    text = text[: header.end()] + lines + text[header.end() :]
    tomllib.loads(text)  # an error here rather than in the build
    return text


def with_absolute_links(text: str, repository: str, ref: str, root: Path) -> str:
    """Return a README whose links to files of the repository, and pictures, have its address."""

    def absolute(link):
        mark, words, target = link.groups()
        if not (root / target.partition("#")[0]).is_file():
            return link[0]
        return f"{mark}[{words}]({repository}/{'raw' if mark else 'blob'}/{ref}/{target})"

    return re.sub(r"(!?)\[([^\]]*)\]\(([^)\s]+)\)", absolute, text)


def main(repository: str, ref: str, documentation: str = "") -> None:
    """Rewrite pyproject.toml and README.md."""
    root = Path(__file__).resolve().parents[1]
    urls = {
        "Source": repository,
        "Issues": f"{repository}/issues",
        "Changelog": f"{repository}/blob/{ref}/CHANGELOG.md",
        "Documentation": documentation,
    }
    project, readme = root / "pyproject.toml", root / "README.md"
    project.write_text(with_urls(project.read_text(encoding="utf-8"), urls), encoding="utf-8")
    text = with_absolute_links(readme.read_text(encoding="utf-8"), repository, ref, root)
    readme.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])

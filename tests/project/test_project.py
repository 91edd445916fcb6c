"""The project's files agree with each other."""

import re
import tomllib
from pathlib import Path

import pytest

import skneural

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def read(name):
    return (ROOT / name).read_text(encoding="utf-8")


def readme_commands():
    """The two shell commands that the README opens with."""
    return re.findall(r"```bash\n(.+)\n```", read("README.md"))[:2]


def test_version_is_said_once_and_repeated():
    assert skneural.__version__ == PROJECT["version"]
    assert f"## [{PROJECT['version']}]" in read("CHANGELOG.md")
    assert f"version: {PROJECT['version']}\n" in read("CITATION.cff")


def test_oldest_versions_are_the_lower_bounds():
    bounds = dict(re.fullmatch(r"(\S+?)>=(\S+)", line).groups() for line in PROJECT["dependencies"])
    lines = [line for line in read(".ci/oldest.txt").splitlines() if not line.startswith("#")]
    pins = dict(line.split("==") for line in lines)
    assert pins.keys() == bounds.keys()
    for name, bound in bounds.items():
        assert (pins[name] + ".").startswith(bound + "."), f"{name}: {pins[name]} is not {bound}"


@pytest.mark.parametrize(
    ("position", "runs"), [(0, "examples/plot_compare_classifiers.py"), (1, "-m pytest")]
)
def test_readme_opens_with_its_two_commands(position, runs):
    command = readme_commands()[position]
    assert command.startswith("python3 -m venv .venv && ")
    assert runs in command
    (extra,) = re.findall(r'-e "\.\[(\w+)\]"', command)
    assert extra in PROJECT["optional-dependencies"]


def contributing_commands():
    """The commands in CONTRIBUTING's table of what to check."""
    rows = re.findall(r"^\| [\w ,]+ \| (.+) \|$", read("CONTRIBUTING.md"), flags=re.MULTILINE)
    return [command for row in rows for command in re.findall(r"`(.+?)`", row)]


def test_ci_runs_the_tests_of_times_by_themselves():
    """They are skipped where the tests run in two processes, as the README has it."""
    assert readme_commands()[1].endswith("-m pytest -q -n 2")
    (step,) = re.findall(r"^step '(.+ -m timing)'$", read(".ci/run"), flags=re.MULTILINE)
    assert step.replace(" -q", "") in contributing_commands()


def test_the_source_distribution_has_what_its_tests_read():
    lines = [line.split() for line in read("MANIFEST.in").splitlines() if line[:1] not in "# "]
    grafted = {name for action, *names in lines if action == "graft" for name in names}
    included = {name for action, *names in lines if action == "include" for name in names}
    assert grafted == {".ci", "asv_benchmarks", "docs", "examples", "tests"}
    assert {"CHANGELOG.md", "CITATION.cff", "CONTRIBUTING.md"} <= included
    assert all((ROOT / name).exists() for name in grafted | included)


def test_a_release_is_made_as_contributing_says():
    assert "bash .ci/release" in contributing_commands()
    workflow = read(".github/workflows/release.yml") if (ROOT / ".github").exists() else None
    if workflow is None:
        pytest.skip("a source distribution has no workflows")
    for script in ("bash .ci/release", "python .ci/try_installed.py", "python .ci/add_links.py"):
        assert script in workflow
    assert "needs: [build, install]" in workflow and "id-token: write" in workflow


def test_readme_and_docs_name_existing_files():
    targets = re.findall(r"\]\(([\w./]+)\)", read("README.md"))
    targets += re.findall(r"(?:examples|docs|tests)/\w+\.\w+", read("README.md"))
    missing = [target for target in targets if not (ROOT / target).exists()]
    assert not missing


def test_docs_toctrees_name_existing_pages():
    for page in (ROOT / "docs").rglob("*.rst"):
        if {"_build", "_templates", "gallery", "generated"} & set(page.parts):
            continue
        trees = re.findall(r"\.\. toctree::\n(?:   :.*\n)*\n((?:   \S.*\n)+)", page.read_text())
        for entry in " ".join(trees).split():
            if entry != "gallery/index":
                assert (page.parent / f"{entry}.rst").is_file(), f"{page.name}: {entry}"

"""The name `explainer` on the package index is another program's: nothing here installs by it."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
TEXTS = sorted(
    path
    for pattern in ("*.md", "*.cff", ".ci/run", "explainer/**/*.py", "scenes/**/*.py", "scenes/**/*.md")
    for path in ROOT.glob(pattern)
)
BY_NAME = re.compile(
    r"""(?:pip|pipx|uv|uvx|conda)\b[^\n`]*\b(?:install|add|run)\b[^\n`]*?[\s"']explainer(?=[\s"'\[=<>~!`]|$)"""
)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("pip install explainer", True),
        ('python -m pip install "explainer[bert]"', True),
        ("uv tool install explainer", True),
        ("pip install -e .", False),
        ("pip install -c constraints.txt -e . && explainer gradient-descent", False),
    ],
)
def test_the_search_finds_what_it_is_for(words, found):
    assert bool(BY_NAME.search(words.split("&&")[0])) == found


def test_no_text_installs_by_a_strangers_name():
    for path in TEXTS:
        for line in path.read_text(encoding="utf-8").splitlines():
            assert not BY_NAME.search(line.split("&&")[0]), f"{path.relative_to(ROOT)}: {line}"


def test_the_distribution_has_a_name_of_its_own_and_the_package_keeps_its_name():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["name"] == "neural-explainer"
    assert project["scripts"] == {"explainer": "explainer.command_line:main"}


def test_the_readme_names_every_system_library_that_a_refusal_names():
    from explainer.commands.display import PACKAGES

    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    optional = {"libxcb-xinerama0"}
    assert {package for package in PACKAGES.values() if package not in readme} <= optional
    for command in (line for line in readme.splitlines() if "pip install" in line):
        before = readme[: readme.index(command)]
        assert "apt-get install" in before, "the system libraries stand before the commands"

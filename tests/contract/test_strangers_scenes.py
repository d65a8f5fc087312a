"""Declarations of others: whatever they do, the other scenes are there, and one line says what is wrong."""

import io
import json
import logging
import sys
import time
import xml.etree.ElementTree as ET

import pytest

import explainer.scenes
from explainer.contract.catalogue import Catalogue
from explainer.contract.recipe import SET, Action, Recipe, actions_at
from explainer.contract.refused import Refused, said_of, sendable

DECLARATIONS = {
    "quits_at_once": ("import sys; sys.exit(7)", "SystemExit: 7"),
    "declares_nothing": ("x = 1", "declares no SCENE"),
    "declares_a_word": ("SCENE = 'a scene'", "declares no SCENE"),
    "raises_badly": (
        "class E(Exception):\n    def __str__(self):\n        raise RuntimeError\nraise E",
        "E: it cannot say what is wrong",
    ),
    "is_no_python": ("def", "SyntaxError"),
    "imports_nothing": ("import no_such_module_at_all", "ModuleNotFoundError"),
    "refuses": ("from explainer import Refused\nraise Refused('no\\nway')", "no way"),
    "half_letters": ("raise ValueError('\\ud800')", "\\ud800"),
    "prints": ("print('hello')\nraise ValueError", "ValueError"),
}


@pytest.fixture
def catalogue(tmp_path, monkeypatch):
    for name, (text, _) in DECLARATIONS.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text(text)
    monkeypatch.setattr(explainer.scenes, "__path__", [*explainer.scenes.__path__, str(tmp_path), str(tmp_path / "no")])
    yield Catalogue()
    for name in DECLARATIONS:
        sys.modules.pop(f"explainer.scenes.{name}", None)


@pytest.mark.parametrize("name", DECLARATIONS)
def test_a_declaration_that_cannot_be_read_is_refused_in_one_line(catalogue, name):
    with pytest.raises(Refused) as refused:
        catalogue.scene(name.replace("_", "-"))
    words = str(refused.value)
    assert DECLARATIONS[name][1] in words
    assert f"mend {catalogue.folders[name.replace('_', '-')]}" in words
    assert "\n" not in words
    words.encode()


def test_the_other_scenes_are_listed_and_nothing_is_printed_among_them(catalogue, monkeypatch, capsys):
    from explainer.commands import listing

    said, log = [], logging.getLogger("explainer.contract.catalogue")
    monkeypatch.setattr(log, "propagate", False)  # half letters in pytest's report of a test cannot be sent by xdist
    monkeypatch.setattr(log, "handle", said.append)
    monkeypatch.setattr(listing, "CATALOGUE", catalogue)
    listing.list_scenes(as_json=True)
    titles = [scene["title"] for scene in json.loads(capsys.readouterr().out)]
    assert "Gradient descent" in titles
    assert len(titles) == len(catalogue.names()) - len(DECLARATIONS)
    assert len(said) == len(DECLARATIONS)


def test_an_exception_is_told_whatever_its_words_are():
    class Bad(Exception):
        def __str__(self):
            raise SystemExit(3)

    assert said_of(Bad()) == "Bad: it cannot say what is wrong"
    assert said_of(ValueError("a\ud800b")) == "ValueError: a\\ud800b"
    assert said_of(ValueError()) == "ValueError"
    assert sendable("é🙂\udcff").encode() == "é🙂\\udcff".encode()


def test_an_engine_lives_on_when_an_exception_cannot_say_what_it_is(monkeypatch):
    from explainer.contract.messages import Failure
    from explainer.engine.server import Server

    class Bad(Exception):
        def __str__(self):
            raise RuntimeError("not even that \udc80")

    sent = []
    line = type("Line", (), {"send": lambda self, report: sent.append(report)})()
    server = Server(line)
    server._report(Bad(), 0)
    assert isinstance(sent[0], Failure)
    assert sent[0].message == "Bad: it cannot say what is wrong"


@pytest.mark.parametrize("words", ["a \uffff b", "\ufffe", "a\x00b\x0bc\x1f", "\ud800", "<&\"'>", "tab\tline\n", "🙂"])
def test_an_svg_is_well_formed_whatever_stands_in_it(words):
    from explainer.export.svg_document import SvgDocument

    document = SvgDocument(10, 10, 1.0, words, words)
    document.add("text", {"x": 1.0, "name": words}, content=words)
    found = ET.parse(io.BytesIO(document.encode()))
    text = next(each for each in found.iter() if each.tag.endswith("text"))
    assert len(text.text.replace("\r", "")) == len(words)


def action(step, lr=0.1):
    return Action(step, SET, {"lr": lr})


def test_actions_are_found_by_their_step_and_the_later_ones_undone():
    recipe = Recipe("gradient-descent", actions=tuple(action(step, lr) for step in (1, 3, 3, 7) for lr in (0.1, 0.2)))
    for step in range(9):
        assert list(actions_at(recipe.actions, step)) == [each for each in recipe.actions if each.step == step]
        kept = recipe.with_action(Action(step, "shake")).actions
        assert kept == (*(each for each in recipe.actions if each.step <= step), Action(step, "shake"))


def test_a_change_costs_about_the_same_with_many_changes_before_it_as_with_few():
    def cost(count):
        recipe = Recipe("gradient-descent", actions=tuple(action(step) for step in range(count)))
        best = float("inf")
        for _ in range(5):
            started = time.perf_counter()
            for step in range(100):
                changed = recipe.with_action(action(count + step))
                actions_at(changed.actions, step)
            best = min(best, time.perf_counter() - started)
        return best

    assert cost(5_000) < 40 * cost(5), "a search and a copy, where every action was looked at: 1,000 times as much"

"""The page in a real browser, as on a phone: it shows, plays, tells and asks nothing of the network."""

import re

import numpy as np
import pytest

from explainer import Run
from explainer.export.lesson.of_run import Wish, page_of_run
from tests.browser import program, tab

pytestmark = pytest.mark.skipif(program() is None, reason="no Chromium is installed")
PHONE = {"width": 390, "height": 844, "deviceScaleFactor": 2, "mobile": True}
DESK = {"width": 1280, "height": 900, "deviceScaleFactor": 1, "mobile": False}
NUMBER = re.compile(r"[−-]?\d+(?:\.\d+)?")


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    with tab(tmp_path_factory.mktemp("profile")) as found:
        found.ask("Network.emulateNetworkConditions", offline=True, latency=0, downloadThroughput=0, uploadThroughput=0)
        yield found


@pytest.fixture(scope="module")
def descent(tmp_path_factory, qapp):
    """A page of gradient descent with a run of thirty steps, and the run."""
    run = Run("gradient-descent")
    run.step(30)
    path = tmp_path_factory.mktemp("pages") / "descent.html"
    path.write_bytes(page_of_run(run, Wish(("contours", "loss"))).html)
    return path, run


@pytest.fixture
def page(browser, descent):
    """The page on a phone, in light."""
    browser.requests.clear()
    browser.errors.clear()
    look(browser, "light")
    browser.ask("Emulation.setDeviceMetricsOverride", **PHONE)
    browser.open(descent[0])
    yield browser
    assert not browser.errors
    assert all(address.startswith(("file:", "data:")) for address in browser.requests), browser.requests


def look(browser, theme):
    browser.ask("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": theme}])


def go_to(browser, number):
    browser.run(
        f"(() => {{ const s = document.getElementById('step'); s.value = {number};"
        " s.dispatchEvent(new Event('input')); })()"
    )


def curves(browser):
    """Return the data of every long curve of the loss."""
    return browser.run("[...document.querySelectorAll('#card-loss path')].map((path) => path.getAttribute('d'))")


def test_it_fits_a_phone_and_shows_the_last_step(page):
    assert page.run("document.documentElement.scrollWidth") <= PHONE["width"]
    assert page.run("document.getElementById('place').textContent") == "step 30"
    assert page.run("document.querySelectorAll('figure svg').length") == 2
    assert page.run("document.querySelectorAll('#lesson section').length") > 4
    assert page.run("document.querySelectorAll('#lesson svg.formula').length") > 4
    heights = "[...document.querySelectorAll('button.answer, #play')].map((b) => b.getBoundingClientRect().height)"
    assert min(page.run(heights)) >= 44


def test_it_asks_nothing_of_the_network(page):
    page.run("document.getElementById('play').click()")
    assert len(page.requests) >= 1  # the file itself
    assert page.run("performance.getEntriesByType('resource').filter((e) => !e.name.startsWith('data:')).length") == 0


def test_nothing_can_be_fetched_or_added(page):
    page.run(
        "(() => { const s = document.createElement('script'); s.textContent = 'window.added = 1';"
        " document.head.append(s); })()"
    )
    assert page.run("window.added === undefined")
    assert page.run("fetch('https://example.invalid/').then(() => 'sent', () => 'refused')") == "refused"
    assert not any("example.invalid" in address for address in page.requests)
    page.errors.clear()  # the refusals were meant


def test_the_slider_goes_to_a_step_and_its_curve_is_the_metrics(page, descent):
    _, run = descent
    for step in (12, 25):
        go_to(page, step)
        assert page.run("document.getElementById('place').textContent") == f"step {step}"
        loss = run.metrics["loss/sgd"][:step]
        ends = [np.array([pair.split(",") for pair in re.findall(r"-?[\d.]+,-?[\d.]+", data)], float)
                for data in curves(page) if data.count("L") + 1 == step]  # fmt: skip
        assert min(_misfit(curve, loss) for curve in ends) <= 0.11
        said = page.run("document.getElementById('metrics').textContent")
        shown = float(NUMBER.search(said.partition("loss/sgd")[2]).group())
        assert shown == pytest.approx(loss[-1], rel=6e-3)


def _misfit(curve, values):
    """Return how many pixels a curve lies beside the logarithm of the values, mapped straight."""
    if len(curve) != len(values):
        return np.inf
    known = np.log10(values)
    return float(np.abs(np.polynomial.Polynomial.fit(known, curve[:, 1], 1)(known) - curve[:, 1]).max())


def test_the_pointer_reads_what_the_run_says(page, descent):
    path, run = descent
    place = page.run(
        "(() => { const svg = document.querySelector('#card-contours svg'); svg.scrollIntoView({block: 'center'});"
        " const m = svg.getScreenCTM(); return [m.a, m.e, m.f]; })()"
    )
    from tests.export.lesson.test_page import Found, read_at

    x, y, words = next(
        spot for spot in read_at(Found(path.read_bytes()).data, "contours", 30) if spot[2].startswith("step 30")
    )
    page.point(place[1] + x * place[0], place[2] + y * place[0])
    said = page.run("document.getElementById('told').textContent")
    assert said == words
    numbers = [float(each.replace("−", "-")) for each in NUMBER.findall(said)]
    assert np.allclose(numbers[1:3], np.ravel(run.frame["position"])[:2], rtol=6e-3, atol=6e-4)
    page.point(2, 2)
    assert page.run("document.getElementById('told').hidden")


def test_the_arrow_keys_read_too(page):
    page.run("document.querySelector('#card-contours svg').focus()")
    page.ask("Input.dispatchKeyEvent", type="keyDown", key="ArrowRight", code="ArrowRight")
    assert page.run("document.getElementById('told').textContent").startswith("step")
    assert page.run("document.querySelector('#card-contours .spot').getAttribute('visibility')") == "visible"


def test_play_goes_from_the_beginning_to_the_end_and_rests(page):
    ended = """new Promise((done) => {
      const play = document.getElementById("play"), seen = [];
      play.click();
      new MutationObserver(() => {
        seen.push(document.getElementById("place").textContent);
        if (seen.length === 4) { play.click(); done([seen, play.getAttribute("aria-label")]); }
      }).observe(document.getElementById("place"), {childList: true});
    })"""
    assert page.run(ended) == [["step 1", "step 2", "step 3", "step 4"], "Play"]


def test_a_prediction_is_answered_and_then_explained(page):
    assert page.run("document.querySelector('.guess .told').hidden")
    page.run("document.querySelector('.answer[data-right=\"0\"]').click()")
    told = "document.querySelector('.guess .told').innerText"
    assert page.run(told).startswith("Not so.")
    assert page.run("document.querySelector('.answer.right').dataset.right") == "1"
    page.run("document.querySelector('.answer[data-right=\"1\"]').click()")
    assert page.run(told).startswith("Yes.")
    assert len(page.run(told)) > 40


def test_a_link_tells_what_is_typed(page):
    page.run("document.querySelector('blockquote button.run').click()")
    assert "explainer gradient-descent --set lr=0.041" in page.run("document.getElementById('told').textContent")


def test_a_question_unfolds(page):
    if page.run("document.querySelectorAll('details.question').length"):
        page.run("document.querySelector('details.question summary').click()")
        assert page.run("document.querySelector('details.question').open")


def test_the_theme_is_that_of_the_system_and_follows_it(page):
    ground = "getComputedStyle(document.body).backgroundColor"
    axis = "[...document.querySelectorAll('#card-loss text')].map((text) => text.getAttribute('fill'))"
    light = page.run(ground), page.run(axis)
    look(page, "dark")
    dark = page.run(ground), page.run(axis)
    assert light[0] == "rgb(243, 245, 248)"
    assert dark[0] == "rgb(17, 20, 26)"
    assert light[1] != dark[1]
    assert len(light[1]) == len(dark[1])


def test_on_a_desk_the_pictures_stand_beside_the_text(page):
    page.ask("Emulation.setDeviceMetricsOverride", **DESK)
    left = "document.getElementById({!r}).getBoundingClientRect().left"
    assert page.run(left.format("lesson")) > page.run(left.format("run")) + 400
    assert page.run("document.documentElement.scrollWidth") <= DESK["width"]

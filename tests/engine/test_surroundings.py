"""Whatever a notebook has set of torch and NumPy: a run's numbers are its own, and the notebook's settings stay."""

import threading
from contextlib import ExitStack, contextmanager

import numpy as np
import pytest
import torch
from torch.nn import functional as F  # noqa: N812

from explainer import Refused, Run
from explainer.engine.randomness import World
from explainer.engine.surroundings import settings


@contextmanager
def called(change, back):
    change()
    try:
        yield
    finally:
        back()


def switched(owner, name, value):
    before = getattr(owner, name)
    return called(lambda: setattr(owner, name, value), lambda: setattr(owner, name, before))


SURROUNDINGS = {
    "default dtype": lambda: called(
        lambda: torch.set_default_dtype(torch.float64), lambda: torch.set_default_dtype(torch.float32)
    ),
    "default device": lambda: torch.device("meta"),
    "default device for good": lambda: called(
        lambda: torch.set_default_device("meta"), lambda: torch.set_default_device(None)
    ),
    "no gradients": torch.no_grad,
    "inference": torch.inference_mode,
    "threads": lambda: called(lambda: torch.set_num_threads(2), lambda: torch.set_num_threads(1)),
    "deterministic": lambda: called(
        lambda: torch.use_deterministic_algorithms(True), lambda: torch.use_deterministic_algorithms(False)
    ),
    "deterministic with warnings": lambda: called(
        lambda: torch.use_deterministic_algorithms(True, warn_only=True),
        lambda: torch.use_deterministic_algorithms(False),
    ),
    "anomalies": torch.autograd.detect_anomaly,
    "autocast": lambda: torch.autocast("cpu", dtype=torch.bfloat16),
    "precision": lambda: called(
        lambda: torch.set_float32_matmul_precision("medium"), lambda: torch.set_float32_matmul_precision("highest")
    ),
    "denormal numbers": lambda: called(lambda: torch.set_flush_denormal(True), lambda: torch.set_flush_denormal(False)),
    "oneDNN": lambda: switched(torch.backends.mkldnn, "enabled", False),
    "cuDNN": lambda: switched(torch.backends.cudnn, "benchmark", True),
    "einsum": lambda: switched(torch.backends.opt_einsum, "enabled", torch.backends.opt_einsum.is_available()),
    "attention": lambda: called(
        lambda: torch.backends.cuda.enable_flash_sdp(False), lambda: torch.backends.cuda.enable_flash_sdp(True)
    ),
    "division by zero": lambda: np.errstate(all="raise"),
    "random numbers": lambda: called(lambda: torch.manual_seed(5), lambda: None),
}


def here():
    """What is in force outside, as far as a run could have changed it."""
    told = [setting.read() for setting in settings(1, torch.device("cpu"))]
    return told, torch.is_inference_mode_enabled(), torch.get_default_device(), torch.get_rng_state().tolist()


def numbers(scene, **given):
    """Live a little: build, steps, a live setting, a verb, a seek, arrays and metrics."""
    run = Run(scene, seed=7, device="cpu", **given)
    run.step(3)
    for name, values in {"small-network": {"lr": 0.02}, "cnn": {"lr": 0.002}}.items():
        if scene == name:
            run.set(**values)
    if scene == "small-network":
        run.act("reinitialise", first=1, scale=0.5)
    run.step(3)
    run.seek(2)
    run.advance_phase()
    arrays = {name: array.tobytes() for name, array in run.arrays("*").items()}
    return arrays, {name: values.tolist() for name, values in run.metrics.items()}


SCENES = ("small-network", "cnn", "convolution", "attention-maps", "gradient-descent")


@pytest.fixture(scope="module")
def alone():
    return {scene: numbers(scene) for scene in SCENES}


@pytest.mark.filterwarnings("ignore:Anomaly Detection")
@pytest.mark.parametrize("name", SURROUNDINGS)
def test_a_run_has_the_same_numbers_whatever_is_set_around_it(name, alone):
    for scene in SCENES if name in ("default dtype", "inference", "default device") else SCENES[:2]:
        with SURROUNDINGS[name]():
            before = here()
            found = numbers(scene)
            assert here() == before, "what the notebook has set stays as it is"
        assert found == alone[scene], scene


@pytest.mark.filterwarnings("ignore:Anomaly Detection")
def test_every_setting_of_a_run_is_one_that_a_notebook_can_change():
    told = settings(1, torch.device("cpu"))
    with ExitStack() as changed:
        for name, surroundings in SURROUNDINGS.items():
            if not name.startswith("default device"):
                changed.enter_context(surroundings())
        with World(0, torch.device("cpu"), 1).settings():
            assert [setting.read() for setting in told] == [setting.value for setting in told]
            assert F.linear(torch.ones(2), torch.ones(2, 2)).dtype is torch.float32


def test_a_second_thread_is_refused_in_words_and_the_first_goes_on(alone):
    world, said = World(1, torch.device("cpu"), 1), []

    def other():
        try:
            numbers("small-network")
        except Refused as refused:
            said.append(str(refused))

    with world.entered():
        thread = threading.Thread(target=other, name="a notebook's thread")
        thread.start()
        thread.join()
    assert "a notebook's thread" in said[0]
    assert "wait for it" in said[0]
    assert numbers("small-network") == alone["small-network"]


def test_one_thread_after_the_other_may_compute(alone):
    found = []
    for _ in range(2):
        thread = threading.Thread(target=lambda: found.append(numbers("small-network")))
        thread.start()
        thread.join()
    assert found == [alone["small-network"]] * 2


def test_an_exception_gives_the_settings_back():
    before = here()

    def fail():
        with World(1, torch.device("cpu"), 2).entered():
            torch.rand(1)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert here() == before

import contextlib
import os
import signal
import struct
import subprocess
import sys

import pytest

from explainer import Run
from explainer.contract.messages import (
    Open,
    Opened,
    Painted,
    Picture,
    Play,
    Ready,
    Refusal,
    Seek,
    Show,
    Splitter,
    pack,
    read_report,
)
from explainer.contract.recipe import Position, Recipe

PATIENCE = 60
NOISY_EXPERIMENT = """
import os
import sys
from explainer.engine.experiment import Experiment

print("imported")

class Noisy(Experiment):
    def build(self):
        print("built")

    def step(self):
        print("step", flush=True)
        os.write(1, b"raw")
        sys.stdout.write("more")
        sys.stdin.read()
        self.record(loss=0.5)
        yield "update"
"""


class Engine:
    """A real engine process and the pipes to it."""

    def __init__(self, **environment):
        pipe = subprocess.PIPE
        command = [sys.executable, "-m", "explainer.engine"]
        self.process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, env=os.environ | environment)
        self._splitter = Splitter()
        self._reports = []

    def say(self, *commands):
        self.write(b"".join(map(pack, commands)))

    def write(self, raw):
        self.process.stdin.write(raw)
        self.process.stdin.flush()

    def hear(self, kind):
        """Return the next report of a kind; None when the stream has ended."""
        while True:
            while self._reports:
                report = self._reports.pop(0)
                if isinstance(report, kind):
                    return report
            data = os.read(self.process.stdout.fileno(), 1 << 16)
            if not data:
                return None
            self._reports += [read_report(body) for body in self._splitter.feed(data)]

    def open(self, scene="small-network", run=1, **words):
        self.say(Open(run=run, recipe=Recipe(scene), **words))
        return self.hear(Opened)

    def end(self):
        self.process.kill()
        self.process.wait(PATIENCE)
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            with contextlib.suppress(BrokenPipeError):
                stream.close()


@pytest.fixture
def start():
    engines = []

    def start_engine(**environment):
        engines.append(Engine(**environment))
        return engines[-1]

    yield start_engine
    for engine in engines:
        engine.end()


@pytest.fixture(scope="module")
def engine():
    engine = Engine()
    yield engine
    engine.end()


def test_the_engine_says_first_that_it_is_ready(engine):
    ready = engine.hear(object)
    assert isinstance(ready, Ready)
    assert "cpu" in ready.devices


def test_numbers_from_the_process_are_those_of_python(engine):
    engine.open(position=Position(25))
    engine.say(Show(arrays=["weight"]))
    picture = engine.hear(Picture)
    while "weight" not in picture.arrays or picture.position != Position(25):
        engine.say(Painted(number=picture.number))
        picture = engine.hear(Picture)
    run = Run("small-network")
    run.step(25)
    assert picture.arrays["weight"].tobytes() == run.frame["weight"].tobytes()


@pytest.mark.parametrize(
    "garbage",
    [
        struct.pack(">I", 5) + b"noise",
        struct.pack(">I", 0),
        b"\xff" * 64,
        b"GET / HTTP/1.1\r\n\r\n" * 200,
        struct.pack(">I", 4) + b"\x94\x01\x02\x03",
    ],
    ids=["noise", "nothing", "absurd length", "another protocol", "a list"],
)
def test_garbage_on_the_line_is_refused_and_survived(engine, garbage):
    engine.write(garbage)
    refusal = engine.hear(Refusal)
    assert "broken message on the line to the engine" in refusal.message
    assert engine.open(run=7).run == 7


def test_the_interrupt_key_of_the_terminal_does_not_reach_the_engine(engine):
    engine.process.send_signal(signal.SIGINT)
    assert engine.open(run=8).run == 8


@pytest.mark.parametrize("busy", [False, True], ids=["resting", "playing"])
def test_the_engine_ends_when_the_window_goes_away(start, busy):
    engine = start()
    engine.open()
    if busy:
        engine.say(Seek(position=Position(150)), Play())
    engine.process.stdin.close()
    assert engine.process.wait(PATIENCE) == 0


def test_the_engine_ends_when_nobody_listens(start):
    engine = start()
    engine.open()
    engine.process.stdout.close()
    engine.say(Open(run=2, recipe=Recipe("small-network")))
    assert engine.process.wait(PATIENCE) == 0


def test_a_killed_engine_is_noticed_by_the_end_of_its_stream(start):
    engine = start()
    engine.open()
    engine.say(Play())
    assert engine.hear(Picture) is not None
    engine.process.kill()
    assert engine.hear(Ready) is None
    assert engine.process.wait(PATIENCE) == -signal.SIGKILL


def test_a_stray_print_does_not_reach_the_stream_and_stray_reading_does_not_block_it(start, tmp_path):
    folder = tmp_path / "noisy_scene"
    folder.mkdir()
    (folder / "__init__.py").write_text(
        "from explainer.contract import Parameters, Scene\nprint('declared')\n"
        "SCENE = Scene(title='N', room='Foundations', question='?', parameters=Parameters, metrics={}, arrays={})\n"
    )
    (folder / "experiment.py").write_text(NOISY_EXPERIMENT)
    engine = start(EXPLAINER_SCENES=str(tmp_path))
    engine.open("noisy-scene")
    engine.say(Seek(position=Position(3)))
    picture = engine.hear(Picture)
    while picture.position != Position(3):
        engine.say(Painted(number=picture.number))
        picture = engine.hear(Picture)
    engine.process.stdin.close()
    said = engine.process.stderr.read().decode()
    for word in ("declared", "imported", "built", "step", "raw", "more"):
        assert word in said

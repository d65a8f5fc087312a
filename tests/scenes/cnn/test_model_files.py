"""The network for use elsewhere: it gives the same scores there."""

import subprocess
import sys

import numpy as np
import pytest
from safetensors.numpy import load_file

from explainer import Run
from explainer.contract.catalogue import CATALOGUE
from explainer.export.of_run import frame_of
from explainer.plots.card_picture import picture_of
from explainer.plots.picture import Steering
from explainer.scenes.cnn import model_files
from explainer.scenes.cnn.cards import LAYERS

USE = """
import sys, numpy as np, torch
from safetensors.torch import load_file
import model
assert not [name for name in sys.modules if name.startswith("explainer")]
network = model.network()
network.load_state_dict(load_file("weights.safetensors"))
network.eval()
with torch.no_grad():
    np.save("scores.npy", network(torch.from_numpy(np.load("image.npy"))[None]).numpy()[0])
print(model.CLASSES[int(np.load("scores.npy").argmax())])
"""


@pytest.fixture(scope="module")
def run():
    made = Run("cnn", blocks="conv:norm=batch:dropout=0.2,pooled:norm=layer", hidden=12)
    made.step(150)
    return made


def test_module_and_weights_give_the_same_scores_without_this_package(run, tmp_path):
    arrays = run.arrays("*")
    for name, content in run.files().items():
        (tmp_path / name).write_bytes(content)
    np.save(tmp_path / "image.npy", arrays["image"])
    done = subprocess.run([sys.executable, "-c", USE], cwd=tmp_path, capture_output=True, text=True, env={})
    assert done.returncode == 0, done.stderr
    assert np.allclose(np.load(tmp_path / "scores.npy"), arrays["logits"], atol=1e-5)
    assert done.stdout.strip() == arrays["classes"][arrays["logits"].argmax()]


def test_without_safetensors_the_module_is_there_and_the_window_is_told(run, monkeypatch):
    monkeypatch.setattr(model_files, "find_spec", lambda name: None)
    assert list(run.files()) == ["model.py"]
    with pytest.raises(ValueError, match="pip install safetensors"):
        next(run.execution.experiment.save_model())


def test_the_window_writes_what_the_engine_made_and_says_where(run, tmp_path, qtbot):
    steering = Steering()
    asked = []
    steering.job_asked.connect(lambda job, told: asked.append(job))
    scene = CATALOGUE.scene("cnn")
    picture = picture_of(LAYERS, scene)(steering)
    qtbot.addWidget(picture)
    picture.draw(frame_of(run, run.arrays("*")))
    found = next(run.execution.experiment.save_model())
    picture.draw_job("save_model", {}, found)
    assert not list(tmp_path.iterdir()), "another window may have asked"
    said = []
    saving = picture.buttons.saving_of(LAYERS.buttons[0].click(picture.frame))
    saving.said.connect(said.append)
    saving.save_into(tmp_path)
    assert asked == ["save_model"]
    picture.draw_job("save_model", {}, found)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["model.py", "weights.safetensors"]
    assert said == [f"Saved as model.py and weights.safetensors in {tmp_path}"]
    weights = load_file(tmp_path / "weights.safetensors")
    assert np.array_equal(weights["conv1.weight"], run.arrays("filters/*")["filters/conv1"])
    saving.save_into(tmp_path / "model.py")
    assert "it is no folder" in said[-1]
    assert picture.buttons.said.text() == said[-1]


def test_the_command_line_leaves_them_beside_its_own_files(tmp_path, monkeypatch, capsys):
    from explainer.command_line import main
    from explainer.commands.running import FILES

    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    assert main(["run", "cnn", "--steps", "2", "--out", str(tmp_path)]) == 0
    written = sorted(path.name for path in tmp_path.iterdir())
    assert written == sorted([*FILES, "model.py", "weights.safetensors"])
    assert "accuracy/test" in capsys.readouterr().out

"""What the playground saves is the network that was trained."""

import csv
import io
import sys

import numpy as np
import pytest
import torch
from safetensors.torch import load

from explainer import Run


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"layers": ""},
        {"layers": "4,3:activation=gelu", "skips": "0>2,0>3", "features": "x1,x2,own", "own_feature": "sin(x) * 2"},
        {"data": "five", "layers": "5", "norm": "batch"},
        {"data": "sine", "layers": "3:activation=linear", "norm": "layer"},
    ],
)
def test_the_saved_module_with_its_weights_says_what_the_network_says(settings, tmp_path, monkeypatch):
    run = Run("playground", **settings)
    run.step(20)
    files = run.execution.experiment.files()
    (tmp_path / "saved_playground_model.py").write_bytes(files["model.py"])
    monkeypatch.syspath_prepend(tmp_path)
    sys.modules.pop("saved_playground_model", None)
    import saved_playground_model

    model = saved_playground_model.Network()
    model.load_state_dict(load(files["weights.safetensors"]))
    model.eval()
    found = run.arrays("*")
    with torch.no_grad():
        said = model(torch.tensor(found["points"])).numpy()
    np.testing.assert_allclose(said, found["scores"], atol=1e-5)
    assert tuple(found["classes"]) == saved_playground_model.CLASSES


def test_predictions_are_a_line_for_each_point():
    run = Run("playground", data="three", layers="4")
    run.step(30)
    rows = list(csv.DictReader(io.StringIO(run.execution.experiment.files()["predictions.csv"].decode())))
    found = run.arrays("*")
    assert [float(row["x1"]) for row in rows] == found["points"][:, 0].tolist()
    assert [row["split"] for row in rows] == [("train", "validation", "test")[k] for k in found["split"]]
    assert [row["target"] for row in rows] == ["ABC"[k] for k in found["labels"]]
    wanted = torch.tensor(found["scores"]).softmax(1)[:, 1]
    assert [float(row["probability of B"]) for row in rows] == pytest.approx(wanted.tolist(), abs=1e-6)

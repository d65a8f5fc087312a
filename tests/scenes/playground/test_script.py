"""The playground's script prints the run's numbers whatever the weights were drawn from."""

from explainer import Run
from explainer.scenes.playground import INITS
from tests.scripts import outputs
from tests.test_every_scene import table


def test_its_script_prints_the_very_numbers_for_every_initialization(tmp_path):
    runs = [Run("playground", init=init, layers="3,2") for init in INITS]
    for run in runs:
        run.step(6)
        run.act("reinitialise", layer=1, unit=2)
        run.step(6)
    printed = outputs([run.script() for run in runs], tmp_path)
    assert printed == [table(run) for run in runs]


def test_its_script_follows_data_skips_norms_and_dropout(tmp_path):
    told = (
        {"layers": "4,4", "skips": "0>2,1>3", "features": "x1,x2,own", "own_feature": "sin(x) + 2"},
        {"data": "five", "norm": "batch", "batch_size": 83, "layers": "6,5:norm=layer"},
        {"data": "drawn", "layers": "4", "dropout": 0.3},
        {"data": "sine", "validation_share": 0.2, "patience": 2, "imbalance": 3.0},
        {"data": "moons", "imbalance": 4.0, "balanced": True, "schedule": "warm-up", "schedule_steps": 20},
    )
    runs = [Run("playground", **settings) for settings in told]
    for run in runs:
        run.step(30)
        run.set(lr=0.01)
        run.act("hold", layer=1, unit=1, source=0, on=True)
        run.step(10)
    assert outputs([run.script() for run in runs], tmp_path) == [table(run) for run in runs]

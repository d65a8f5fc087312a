"""The experiment: every method searches the same space with the same budget of updates, one training's worth a step."""

from collections.abc import Iterator, Sequence

import torch
from torch import Tensor

from explainer.engine.experiment import Experiment, Parts
from explainer.engine.kept import kept
from explainer.scenes.hyperparameter_search import SPACE, Params, metrics_of
from explainer.scenes.hyperparameter_search.beside import flattery_job, importance_job, race_job, response_job
from explainer.scenes.hyperparameter_search.searching import History, best_of
from explainer.scenes.hyperparameter_search.task import HELD, Task
from explainer.scenes.hyperparameter_search.training import checkpoints_of


class HyperparameterSearch(Experiment[Params]):
    """A history of trials for each method, and one for the person."""

    learns_from = ("judge_labels",)
    histories: dict[str, History]
    yours: History

    def build(self) -> None:
        """Read the digits, and begin with no trials."""
        order = torch.randperm(HELD, generator=self.generator("split"))
        self.task = Task(
            self.params.searched, (self.params.lr_low, self.params.lr_high), self.params.lr_scale, self.params.updates,
            self.params.budget, self.params.own_seed, self.params.validation, order, self.device,
        )  # fmt: skip
        self.judge_labels = self.task.held_y[: self.params.validation]
        self.first_seed = int(torch.randint(2**31, (), generator=self.generator("trials")))
        self.histories = {name: self.task.nothing() for name in self.params.methods}
        self.yours = self.task.nothing()
        self.spent = 0

    def step(self) -> Iterator[str]:
        """Let every method spend one full training's updates."""
        self.spent = self.spent + 1
        self.histories = self.task.advanced(self.histories, self.first_seed, self.spent)
        yield "try"
        bests = [best_of(history) for history in self.histories.values()]
        pairs = list(zip(self.histories.values(), bests, strict=True))
        best = torch.stack([history["curve"][k, -1] for history, k in pairs])
        test = torch.stack([history["test"][k] for history, k in pairs])
        counts = torch.tensor([len(history["used"]) for history, _ in pairs]).double()
        self.record_each(metrics_of("error", self.params.methods), 1 - best)
        self.record_each(metrics_of("test", self.params.methods), 1 - test)
        self.record_each(metrics_of("trials", self.params.methods), counts)
        self.finished = self.spent >= self.params.budget
        yield "record"

    def attempt(self, place: Sequence[float]) -> None:
        """Try a setting of the person's own, at a place on the axes of the plane."""
        (self.yours,) = self.task.tried([self.yours], [self.task.shares_at(place)], [self.first_seed])

    # side jobs

    def response(self) -> Parts:
        """Yield the response surface of the first two hyperparameters."""
        return response_job(self.task, self.first_seed)

    def race(self) -> Parts:
        """Yield six whole searches of every method."""
        return race_job(self.task, self.params.methods, self.first_seed)

    def flattery(self) -> Parts:
        """Yield what choosing the best of many trainings does to its score."""
        return flattery_job(self.task, self.first_seed)

    def importance(self) -> Parts:
        """Yield how much each hyperparameter matters, by the trials of the method looked at."""
        return importance_job(self.histories[self.params.methods[self.params.shown]])

    # what is drawn

    def searchers(self) -> list[History]:
        """Return the histories of the methods, and yours."""
        return [*self.histories.values(), self.yours]

    @kept
    def everything(self) -> dict[str, Tensor]:
        """Return all trials, searcher after searcher."""
        rows = self.searchers()
        found = {name: torch.cat([row[name] for row in rows]) for name in self.yours}
        counts = torch.tensor([len(row["used"]) for row in rows])
        return {**found, "searcher": torch.arange(len(rows)).repeat_interleave(counts)}

    def trial_searcher(self) -> Tensor:
        """Return whose trial each is (trial,)."""
        return self.everything()["searcher"]

    def trial_settings(self) -> Tensor:
        """Return each trial's hyperparameters (trial, hyperparameter)."""
        return self.task.settings_at(self.everything()["shares"])

    def trial_value(self) -> Tensor:
        """Return each trial's accuracy when it ended (trial,)."""
        curve = self.everything()["curve"]
        last = (curve.isfinite().sum(1) - 1).clamp(min=0)
        return curve.gather(1, last[:, None])[:, 0]

    def trial_used(self) -> Tensor:
        """Return how many updates each trial had (trial,)."""
        return self.everything()["used"]

    def own_history(self) -> History:
        """Return the history of the method looked at."""
        return self.searchers()[self.params.shown]

    def own_curves(self) -> Tensor:
        """Return the learning curves of the method looked at (own trial, checkpoint)."""
        return self.own_history()["curve"]

    def own_shares(self) -> Tensor:
        """Return where its trials lie in the ranges, and their accuracy at the end (own trial, axis)."""
        history = self.own_history()
        return torch.cat([history["shares"], history["curve"][:, -1:]], 1)

    def checkpoints(self) -> list[int]:
        """Return the updates at which a training is looked at (checkpoint,)."""
        return checkpoints_of(self.params.updates)

    def searcher_trials(self) -> list[int]:
        """Return the trials so far (searcher,)."""
        return [len(history["used"]) for history in self.searchers()]

    def searcher_updates(self) -> list[int]:
        """Return the updates spent so far (searcher,)."""
        return [int(history["used"].sum()) for history in self.searchers()]

    def searcher_values(self) -> list[int]:
        """Return how many values of the first hyperparameter were tried (searcher,)."""
        place = list(SPACE).index(self.params.searched[0])
        return [len(self.task.settings_at(history["shares"])[:, place].unique()) for history in self.searchers()]

    def _of_best(self, name: str) -> Tensor:
        """Return something of the best trial of each (searcher, …); NaN where there is none."""
        rows = []
        for history in self.searchers():
            k = best_of(history)
            given = {**history, "best": history["curve"][:, -1], "settings": self.task.settings_at(history["shares"])}
            nothing = torch.full(given[name].shape[1:], torch.nan, dtype=torch.float64)
            rows.append(given[name][k] if k >= 0 else nothing)
        return torch.stack(rows)

    def searcher_best(self) -> Tensor:
        """Return the best validation accuracy (searcher,)."""
        return self._of_best("best")

    def searcher_test(self) -> Tensor:
        """Return that trial's test accuracy (searcher,)."""
        return self._of_best("test")

    def searcher_settings(self) -> Tensor:
        """Return that trial's hyperparameters (searcher, hyperparameter)."""
        return self._of_best("settings")

"""The experiment: bags of words, an LSTM and transformers learn the same batches of reviews."""

import random
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 - the usual name

from explainer.engine.experiment import Experiment
from explainer.engine.kept import kept
from explainer.scenes.sentiment import FAMILIES, FEATURES, LINEAR, LONGEST, ORDERED, Params, metrics_of
from explainer.scenes.sentiment.models import Bag, Reader
from explainer.scenes.sentiment.reviews import GOOD, features_of, numbered, review, twin, words_of

KNOWN, BATCH, TESTED, AT_ONCE, LISTED = 2_000, 64, 100, 10, 4
"""Reviews learned from, in a step; others of each family: all, those told at every step, those listed."""


def known_reviews(plain: float, negated: Sequence[int], chance: random.Random) -> tuple[list[str], list[bool]]:
    """Return the reviews that are learned from, and whether they are good."""
    shares = [plain if family == "plain" else (1 - plain) / (len(FAMILIES) - 1) for family in FAMILIES]
    labels = [chance.random() < 0.5 for _ in range(KNOWN)]
    return [review(chance.choices(list(FAMILIES), shares)[0], good, chance, negated) for good in labels], labels


def other_reviews(negated: Sequence[int], chance: random.Random) -> tuple[list[str], list[bool]]:
    """Return the reviews that are tested, family by family, good and bad in turn; twins stand side by side."""
    texts = []
    for family in FAMILIES:
        for _ in range(TESTED // 2):
            good = review(family, True, chance, negated)
            bad = " ".join(twin(good.split())) if family == "twins" else review(family, False, chance, negated)
            texts += [good, bad]
    return texts, [k % 2 == 0 for k in range(len(texts))]


class Corpus:
    """The reviews as one model reads them: its vocabulary, and their features by number (review, place), 0 for none."""

    def __init__(self, known: Sequence[str], tested: Sequence[str], stop_words: str, n: int) -> None:
        self.stop_words, self.n = stop_words, n
        self.seen = Counter(feature for text in known for feature in set(features_of(text, stop_words, n)))
        self.vocabulary = {feature: k for k, feature in enumerate(sorted(self.seen), 1)}
        self.known, self.tested = self.encode(known), self.encode(tested)

    def encode(self, texts: Sequence[str]) -> Tensor:
        """Return the numbers of the features of texts (text, place); what is not in the vocabulary is left out."""
        rows = [numbered(features_of(text, self.stop_words, self.n), self.vocabulary) for text in texts]
        longest = max(1, *map(len, rows))
        return torch.tensor([row + [0] * (longest - len(row)) for row in rows])


def make_model(kind: str, symbols: int, hidden: int, pooling: str) -> nn.Module:
    """Return one of the models."""
    if kind in ORDERED:
        return Reader(kind, symbols, hidden, pooling)
    return Bag(symbols, hidden if kind == "hidden" else 0)


class Sentiment(Experiment[Params]):
    """A model in each lane; all see the same batches."""

    models: Any
    learns_from = ("labels",)

    def build(self) -> None:
        """Write the reviews, and make the models: each draws its weights from the same stream."""
        chance = random.Random(self.generator("reviews").initial_seed())
        half = len(GOOD) // 2 if self.params.negated == "half" else 0
        known, good = known_reviews(self.params.plain, range(half or len(GOOD)), chance)
        tested, truth = other_reviews(range(len(GOOD))[half:], chance)
        self.texts = tested
        self.labels = torch.tensor(good, dtype=torch.float32, device=self.device)
        self.truths = torch.tensor(truth, device=self.device)
        sizes = [self.params.ngrams if kind == "ngrams" else 1 for kind in self.params.lanes]
        read_by = {n: Corpus(known, tested, self.params.stop_words, n) for n in set(sizes)}
        self.corpora = [read_by[n] for n in sizes]
        made = []
        for k, kind in enumerate(self.params.lanes):
            self.draw_from("weights")
            symbols = len(self.corpora[k].vocabulary) + 1
            made.append(make_model(kind, symbols, self.params.hidden_size, self.params.pooling))
        self.models = nn.ModuleList(made).to(self.device)
        self.optimizer = torch.optim.Adam(self.models.parameters(), lr=self.params.lr)
        self.batches = self.generator("batches")
        self.judged = torch.arange(len(tested)).view(-1, TESTED)[:, :AT_ONCE].flatten()

    def step(self) -> Iterator[str]:
        """One update of every model on the same reviews."""
        rows = torch.randint(len(self.labels), (BATCH,), generator=self.batches)
        losses, right = [], []
        for model, corpus in zip(self.models, self.corpora, strict=True):
            logits = model(corpus.known[rows].to(self.device))
            losses.append(F.binary_cross_entropy_with_logits(logits, self.labels[rows]))
            with torch.no_grad():
                told = model(corpus.tested[self.judged].to(self.device)) > 0
            right.append((told == self.truths[self.judged]).double().mean())
        yield "forward"
        self.optimizer.zero_grad()
        torch.stack(losses).sum().backward()
        yield "backward"
        self.optimizer.step()
        self.record_each(metrics_of("loss", self.params.lanes), torch.stack(losses))
        self.record_each(metrics_of("accuracy", self.params.lanes), torch.stack(right))
        yield "update"

    def changed(self, names: Collection[str]) -> None:
        """Hand a new learning rate to the optimizer."""
        for group in self.optimizer.param_groups:
            group["lr"] = self.params.lr

    # the review that is looked at

    def written(self) -> list[str]:
        """Return the words of the review as they are written, a ~ before those that are struck out."""
        return words_of(self.params.words)[:LONGEST]

    def read(self) -> list[str]:
        """Return the words that are read."""
        return features_of(" ".join(self.written()), self.params.stop_words, 1)

    def word(self) -> list[str]:
        """Return the words of the review (word,)."""
        return [word.lstrip("~") for word in self.written()]

    def struck(self) -> np.ndarray:
        """Return which of them are not read (word,)."""
        return np.array([not features_of(word, self.params.stop_words, 1) for word in self.written()], bool)

    def unknown(self) -> np.ndarray:
        """Return which of them no training review has (word,)."""
        known = self.corpora[0].vocabulary
        return np.array([word not in known for word in self.word()], bool) & ~self.struck()

    def other(self) -> list[str]:
        """Return the words of the twin (other word,)."""
        return twin([word for word in self.written() if word[0] != "~"])

    @torch.no_grad()
    def logits(self, texts: Sequence[str]) -> Tensor:
        """Return what every model says of texts: logits (lane, text)."""
        both = zip(self.models, self.corpora, strict=True)
        return torch.stack([model(corpus.encode(texts).to(self.device)) for model, corpus in both])

    @kept
    def looked_at(self) -> Tensor:
        """Return the logits of the review, of its twin, and of the review without each word (lane, 2 + word)."""
        words = self.written()
        without = [" ".join(words[:k] + words[k + 1 :]) for k in range(len(words))]
        return self.logits([" ".join(words), " ".join(self.other()), *without])

    def score(self) -> Tensor:
        """Return the probability that the review is good (lane,)."""
        return self.looked_at()[:, 0].double().sigmoid()

    def other_score(self) -> Tensor:
        """Return the probability that the twin is good (lane,)."""
        return self.looked_at()[:, 1].double().sigmoid()

    def effect(self) -> Tensor:
        """Return by how much each word raises the logit (lane, word)."""
        found = self.looked_at()
        left_out = torch.from_numpy(self.struck() | self.unknown()).to(found.device)
        return (found[:, :1] - found[:, 2:]).masked_fill(left_out, torch.nan)

    @torch.no_grad()
    def attention(self) -> Tensor:
        """Return the share of each word in what is pooled (lane, word)."""
        found = torch.full((len(self.models), len(self.written())), torch.nan, device=self.device)
        places = torch.from_numpy(~(self.struck() | self.unknown())).nonzero()[:, 0].to(self.device)
        for k, (model, corpus) in enumerate(zip(self.models, self.corpora, strict=True)):
            if isinstance(model, Reader) and model.pooling == "attention" and len(places):
                tokens = corpus.encode([" ".join(self.written())]).to(self.device)
                found[k, places] = model.shares(model.states(tokens), tokens)[0]
        return found

    # other reviews, and the weights

    @kept
    @torch.no_grad()
    def told(self) -> Tensor:
        """Return the logits of all other reviews, signed so that above 0 is right (lane, family, review)."""
        both = zip(self.models, self.corpora, strict=True)
        found = torch.stack([model(corpus.tested.to(self.device)) for model, corpus in both])
        return torch.where(self.truths, found, -found).unflatten(1, (-1, TESTED))

    def accuracies(self) -> Tensor:
        """Return the share of each family told rightly (lane, family); a logit of 0 says “bad”."""
        return ((self.told() > 0) | ((self.told() == 0) & ~self.truths[:TESTED])).double().mean(-1)

    def examples(self) -> list[list[str]]:
        """Return the review of each family that is told worst (lane, family)."""
        worst = self.told().nan_to_num(-torch.inf).argmin(-1).tolist()
        return [[self.texts[TESTED * family + k] for family, k in enumerate(row)] for row in worst]

    @kept
    def table(self) -> tuple[list[str], Tensor, list[int]]:
        """Return the features with the largest weights, these, and in how many reviews each stands."""
        linear = [k for k, kind in enumerate(self.params.lanes) if kind in LINEAR]
        if not linear:
            return [], torch.zeros(0), []
        lane = self.params.shown if self.params.shown in linear else linear[0]
        weights = self.models[lane].words.weight.detach()[1:, 0]
        order = weights.abs().nan_to_num(0.0).argsort(descending=True, stable=True)[:FEATURES]
        names, seen = list(self.corpora[lane].vocabulary), self.corpora[lane].seen
        return [names[k] for k in order.tolist()], weights[order], [seen[names[k]] for k in order.tolist()]

    def feature(self) -> list[str]:
        """Return the features (feature,)."""
        return self.table()[0]

    def weights(self) -> Tensor:
        """Return their weights (feature,)."""
        return self.table()[1]

    def seen(self) -> list[int]:
        """Return in how many reviews they stand (feature,)."""
        return self.table()[2]

    def listed(self) -> list[int]:
        """Return which of the other reviews are listed."""
        return [TESTED * family + k for family in range(len(FAMILIES)) for k in range(LISTED)]

    def review(self) -> list[str]:
        """Return their texts (review,)."""
        return [self.texts[k] for k in self.listed()]

    def family_of(self) -> list[str]:
        """Return their families (review,)."""
        return [list(FAMILIES.values())[k // TESTED] for k in self.listed()]

    def truth(self) -> Tensor:
        """Return whether they are good (review,)."""
        return self.truths[self.listed()]

    def review_score(self) -> Tensor:
        """Return the probability that the model looked into gives them (review,)."""
        found = self.told()[self.params.shown].flatten()[self.listed()].double()
        return torch.where(self.truth(), found, -found).sigmoid()

"""The experiment: skip-gram with negative samples (Mikolov et al. 2013) on sentences of a small grammar."""

import random
from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 - the usual name

from explainer.engine.experiment import Experiment
from explainer.engine.kept import kept
from explainer.lab.language.byte_pairs import BytePairs, Pair, learn
from explainer.scenes.embeddings import Params, place_of
from explainer.scenes.embeddings.sentences import FAMILIES, PEOPLE, WORDS, analogies, sentence

SENTENCES, BATCH = 5_000, 512
NUMBERS = {word: number for number, word in enumerate(WORDS)}


class Corpus:
    """Sentences as numbers (sentence, place), −1 where one has ended; each word with each of its window (pair,)."""

    def __init__(self, sentences: Sequence[str], window: int, subsample: float, chance: torch.Generator) -> None:
        self.sentences = sentences
        rows = [[NUMBERS[word] for word in text.split()] for text in sentences]
        longest = max(map(len, rows))
        self.tokens = torch.tensor([row + [-1] * (longest - len(row)) for row in rows])
        self.counts = torch.bincount(self.tokens[self.tokens >= 0], minlength=len(WORDS))
        keep = (subsample * self.counts.sum() / self.counts).sqrt()
        kept = torch.rand(self.tokens.shape, generator=chance) < keep[self.tokens]
        read = torch.where(kept, self.tokens, -1)
        both = [torch.stack([read[:, :-k].flatten(), read[:, k:].flatten()]) for k in range(1, window + 1)]
        pairs = torch.cat([*both, *(each.flip(0) for each in both)], 1)
        self.words, self.company = pairs[:, (pairs >= 0).all(0)]
        together = torch.bincount(self.words * len(WORDS) + self.company, minlength=len(WORDS) ** 2)
        self.shares = together.view(len(WORDS), -1) / max(1, len(self.words))


@lru_cache(maxsize=4)
def corpus_of(seed: int, window: int, subsample: float, other_seed: int) -> Corpus:
    """Return the sentences of a seed with their pairs."""
    chance = random.Random(seed)
    sentences = [sentence(chance) for _ in range(SENTENCES)]
    return Corpus(sentences, window, subsample, torch.Generator().manual_seed(other_seed))


def answered(unit: Tensor, questions: Tensor, struck: bool) -> Tensor:
    """Return the share of analogies (question, 4) whose answer is nearest to b − a + c (word, number)."""
    a, b, c, d = questions.T
    cosines = (unit[b] - unit[a] + unit[c]) @ unit.T
    if struck:
        cosines = cosines.scatter(1, questions[:, :3], -torch.inf)
    return (cosines.argmax(1) == d).double().mean()


class Embeddings(Experiment[Params]):
    """Two tables of vectors: u of a word, v of a word in another's company."""

    learns_from = ("tokens",)

    def build(self) -> None:
        """Write the sentences, pair their words, and make both tables."""
        written, kept_of = self.generator("sentences").initial_seed(), self.generator("subsample").initial_seed()
        self.corpus = corpus_of(written, self.params.window, self.params.subsample, kept_of)
        self.tokens = self.corpus.tokens
        self.noise = self.corpus.counts**self.params.power / (self.corpus.counts**self.params.power).sum()
        self.questions = [torch.tensor(some) for some in analogies()]
        self.draw_from("weights")
        self.words = nn.Embedding(len(WORDS), self.params.dim)
        self.contexts = nn.Embedding(len(WORDS), self.params.dim)
        nn.init.uniform_(self.words.weight, -0.5 / self.params.dim, 0.5 / self.params.dim)
        nn.init.zeros_(self.contexts.weight)
        self.optimizer = torch.optim.Adam([self.words.weight, self.contexts.weight], lr=self.params.lr)
        self.batches = self.generator("batches")

    def step(self) -> Iterator[str]:
        """One update: true company is scored up, random words are scored down."""
        u, v = self.words.weight, self.contexts.weight
        scores = u @ v.T  # there are few words: all scores cost less than looking up those that are drawn
        if self.params.learning == "sampled":
            rows = torch.randint(len(self.corpus.words), (BATCH,), generator=self.batches)
            drawn = torch.multinomial(self.noise, BATCH * self.params.negative, True, generator=self.batches)
            good = scores[self.corpus.words[rows], self.corpus.company[rows]]
            bad = scores[self.corpus.words[rows, None], drawn.view(BATCH, -1)]
            loss = -(F.logsigmoid(good) + F.logsigmoid(-bad).sum(1)).mean()
        else:
            loss = -(self.corpus.shares * F.logsigmoid(scores)).sum()
            random_pairs = self.corpus.shares.sum(1, keepdim=True) * self.noise
            loss = loss - self.params.negative * (random_pairs * F.logsigmoid(-scores)).sum()
        yield "forward"
        self.optimizer.zero_grad()
        loss.backward()
        yield "backward"
        unit = F.normalize(u.detach(), dim=1)
        people, capitals = self.questions
        self.optimizer.step()
        self.record({"loss": loss, "struck": answered(unit, people, True), "any": answered(unit, people, False)})
        self.record(capitals=answered(unit, capitals, True))
        yield "update"

    def changed(self, names: Collection[str]) -> None:
        """Hand a new learning rate to the optimizer."""
        for group in self.optimizer.param_groups:
            group["lr"] = self.params.lr

    # what is drawn

    def word(self) -> Sequence[str]:
        """Return all words (word,)."""
        return WORDS

    def family(self) -> list[int]:
        """Return their families (word,)."""
        return [k for k, family in enumerate(FAMILIES.values()) for _ in family]

    def count(self) -> Tensor:
        """Return how often each stands in the sentences (word,)."""
        return self.corpus.counts

    def vectors(self) -> Tensor:
        """Return the table (word, number)."""
        return self.words.weight.detach()

    @kept
    def unit(self) -> Tensor:
        """Return its rows at length 1 (word, number)."""
        return F.normalize(self.vectors(), dim=1)

    def place(self) -> Tensor:
        """Return where unit vectors lie in the plane (word, 2).

        Through a, b and c: along b − a, and across it in the direction of c. Else the two principal components.
        """
        unit = self.unit()
        if self.params.plane == "arrows":
            a, b, c = (unit[place_of(self.params, name)] for name in "abc")
            axes, sides = torch.linalg.qr(torch.stack([b - a, c - a], 1))
            return (unit - a) @ (axes * torch.where(sides.diagonal() < 0, -1.0, 1.0))
        middle = unit - unit.mean(0)
        axes = torch.linalg.svd(middle, full_matrices=False).Vh[:2].T
        tops = axes.gather(0, axes.abs().argmax(0, keepdim=True))
        return middle @ (axes * tops.sign())

    def like_word(self) -> Tensor:
        """Return each word's cosine with the word that is looked at (word,)."""
        return self.unit() @ self.unit()[place_of(self.params, "word")]

    def like_sum(self) -> Tensor:
        """Return each word's cosine with b − a + c (word,)."""
        a, b, c = (self.unit()[place_of(self.params, name)] for name in "abc")
        return self.unit() @ F.normalize(b - a + c, dim=0)

    def cosines(self) -> Tensor:
        """Return the cosines between people (person, other person)."""
        people = self.unit()[: len(PEOPLE)]
        return people @ people.T

    def company_of(self, word: int) -> Tensor:
        """Return the share of each word in a word's window (word,)."""
        shares = self.corpus.shares[word].double()
        return shares / shares.sum().clamp(min=1e-12)

    def company(self) -> Tensor:
        """Return the shares of the word that is looked at (word,)."""
        return self.company_of(place_of(self.params, "word"))

    def other_company(self) -> Tensor:
        """Return those of its nearest neighbour (word,)."""
        near = self.like_word().clone()
        near[place_of(self.params, "word")] = -torch.inf
        return self.company_of(int(near.argmax()))

    def fit(self) -> Tensor:
        """Return of each pair that occurs what its score tends to (Levy & Goldberg 2014), and its score (pair, 2)."""
        shares = self.corpus.shares
        chance = self.params.negative * shares.sum(1, keepdim=True) * self.noise
        both = torch.stack([(shares / chance).log(), self.vectors() @ self.contexts.weight.detach().T], -1)
        return both[shares > 0]

    def correlation(self) -> float:
        """Return Pearson's r of the two."""
        wanted, scores = self.fit().double().T
        apart = wanted.std() * scores.std()
        return float(((wanted - wanted.mean()) * (scores - scores.mean())).sum() / (len(scores) - 1) / apart)

    @kept("corpus")
    def learned(self) -> list[Pair]:
        """Return the byte pairs that the sentences teach, the commonest first."""
        return [pair for pair, _ in learn(" ".join(self.corpus.sentences))]

    def piece(self) -> list[str]:
        """Return the text, cut by the first of these merges (piece,); its first word has a space before it, too."""
        pairs = BytePairs(self.learned()[: self.params.merges])
        return [pairs.symbols[number] for number in pairs.encode(f" {self.params.unseen}".rstrip())]

"""Ask: one index over scenes, lessons, questions, terms, and what the window adds. Full text by SQLite's FTS5.

Words are compared by their stems, synonyms as one word, and misspelt ones as the nearest word that there is. What
FTS5 finds is ranked by how much of the question one wording of an entry covers, and the other way round.
"""

from __future__ import annotations

import math
import re
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from explainer.teach.spelling import Spelling
from explainer.teach.words import canonical, tokens

__all__ = ["Entry", "Hit", "Index"]

TITLE, ALSO, TEXT = 6.0, 4.0, 1.0
"""What a word in each column counts."""
CANDIDATES = 80
"""So many entries that FTS5 ranks highest are looked at closely."""
KINDS = {"scene": 1.0, "question": 1.0, "term": 0.97, "step": 0.85, "parameter": 0.92, "action": 0.92}
"""How much an entry of each kind counts."""
LIKE, COVERED, RANKED = 0.55, 0.2, 0.25
"""What counts: likeness to one wording, how much of the question is said anywhere, and FTS5's own rank."""
EXACT = 0.15
"""How much more an entry counts that is called exactly what was asked."""
FIRST, SAME_SCENE = 3, 0.72
"""Among the first so many, what a further hit of a scene counts when others fit too."""
QUESTION = {"question": 1.12, "step": 0.95, "parameter": 0.8, "action": 0.8}
"""How much more or less each kind counts where a question was typed and not a name."""
_ASKS = re.compile(
    r"\b(why|how|what|which|when|where|who|does|do|is|are|can|should|vs|versus|difference|diff|explain)\b|\?"
)


@dataclass(frozen=True)
class Entry:
    """Something that can be found.

    ``also`` are other wordings of ``title``, ``text`` the plain words and ``shown`` the Markdown of what it says;
    ``target`` is what opens it: a link, a step's number, a parameter's name or an action's key.
    """

    kind: str
    title: str
    scene: str = ""
    also: tuple[str, ...] = ()
    text: str = field(default="", repr=False)
    target: str = ""
    shown: str = field(default="", repr=False)


class Hit(NamedTuple):
    """An entry that was found, and how well it fits: about 1 for the very words."""

    entry: Entry
    score: float


class _Term(NamedTuple):
    """A word of a question: the words that it may be, their stems, and how much it says."""

    words: Sequence[str]
    stems: frozenset[str]
    weight: float


class Index:
    """The entries, in memory. Groups can be replaced: ``put("scene", …)`` when another scene is open."""

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        self._database = sqlite3.connect(":memory:", check_same_thread=False)
        self._database.executescript(_TABLES)
        self._entries: dict[int, Entry] = {}
        self._groups: dict[str, list[int]] = {}
        self._stems: dict[str, str] = {}
        self._last = 0
        self._wordings: dict[int, list[frozenset[str]]] = {}
        self._said: dict[int, frozenset[str]] = {}
        self._counts: dict[str, int] = {}
        self._spelling = Spelling()
        self.put("", entries)

    def __len__(self) -> int:
        return len(self._entries)

    def put(self, group: str, entries: Iterable[Entry]) -> None:
        """Put entries in place of those of the same group."""
        for row in self._groups.pop(group, ()):
            self._database.execute("DELETE FROM entry WHERE rowid = ?", (row,))
            del self._entries[row], self._wordings[row], self._said[row]
        added = [
            (entry, [canonical(words) for words in (entry.title, *entry.also)], tokens(entry.text)) for entry in entries
        ]
        self._learn_stems({word for _, wordings, text in added for words in (*wordings, text) for word in words})
        self._groups[group] = [self._add(entry, wordings, text) for entry, wordings, text in added]
        self._counts = dict(self._database.execute("SELECT term, doc FROM entry_words"))

    def search(self, words: str, most: int = 8, typing: bool = False, spread: bool = True) -> list[Hit]:
        """Return the entries that fit best, best first.

        ``typing``: the last word may go on. ``spread``: a scene's further hits stand behind other scenes' hits
        that fit nearly as well.
        """
        terms = self._terms(words[:400], typing)
        if not terms:
            return []
        kinds = QUESTION if _ASKS.search(words.lower()) else {}
        found = (Hit(hit.entry, hit.score * kinds.get(hit.entry.kind, 1.0)) for hit in self._ranked(terms))
        hits = sorted(found, key=lambda hit: -hit.score)
        return (_spread(hits) if spread else hits)[:most]

    def _add(self, entry: Entry, wordings: list[list[str]], text: list[str]) -> int:
        self._last += 1
        row = self._last
        self._entries[row] = entry
        columns = (" ".join(wordings[0]), " . ".join(" ".join(words) for words in wordings[1:]), " ".join(text))
        self._database.execute("INSERT INTO entry(rowid, title, also, text) VALUES (?, ?, ?, ?)", (row, *columns))
        self._wordings[row] = [frozenset(map(self._stem, words)) for words in wordings if words]
        self._said[row] = frozenset(map(self._stem, text)).union(*self._wordings[row])
        self._spelling.learn((word for words in wordings for word in words), text)
        return row

    def _stem(self, word: str) -> str:
        """Return what FTS5's Porter stemmer makes of a word."""
        if word not in self._stems:
            self._learn_stems({word})
        return self._stems[word]

    def _learn_stems(self, words: Iterable[str]) -> None:
        """Ask FTS5 for the stems of words, all at once: one by one takes most of the time."""
        new = [word for word in words if word not in self._stems]
        self._database.execute("INSERT INTO probe(rowid, word) VALUES (1, ?)", (" ".join(new),))
        found = [stem for (stem,) in self._database.execute("SELECT term FROM probe_words ORDER BY offset")]
        self._database.execute("DELETE FROM probe WHERE rowid = 1")
        if len(found) == len(new):
            self._stems.update(zip(new, found, strict=True))
        elif len(new) == 1:  # a sign that FTS5 does not take for a letter
            self._stems[new[0]] = new[0]
        else:
            for word in new:
                self._learn_stems([word])

    def _terms(self, words: str, typing: bool) -> list[_Term]:
        """Return the words of a question, each with those that may stand for it."""
        said = self._spelling.joined(canonical(words), self._is_known)
        found: dict[frozenset[str], _Term] = {}
        for place, word in enumerate(said):
            going_on = typing and place == len(said) - 1 and not words.endswith(" ")
            if meant := self._alternatives(word, going_on):
                stems = frozenset(map(self._stem, meant))
                found.setdefault(stems, _Term(meant, stems, max(map(self._weight, stems))))
        return list(found.values())

    def _alternatives(self, word: str, going_on: bool) -> Sequence[str]:
        if going_on and (longer := self._spelling.longer(word)):
            return longer
        return [word] if self._is_known(word) else self._spelling.nearest(word)

    def _is_known(self, word: str) -> bool:
        return self._stem(word) in self._counts

    def _weight(self, stem: str) -> float:
        """Return how much a word says: the fewer entries have it, the more."""
        return math.log(1 + len(self._entries) / (1 + self._counts.get(stem, 0)))

    def _ranked(self, terms: Sequence[_Term]) -> Iterable[Hit]:
        asked = " OR ".join(f'"{word}"' for term in terms for word in term.words)
        found: list[Any] = self._database.execute(_MATCH, (asked, CANDIDATES)).fetchall()
        best = max((-rank for _, rank in found), default=1.0) or 1.0
        total = sum(term.weight for term in terms)
        for row, rank in found:
            like = max((self._likeness(terms, total, wording) for wording in self._wordings[row]), default=0.0)
            covered = sum(term.weight for term in terms if term.stems & self._said[row]) / total
            kind = KINDS.get(self._entries[row].kind, 1.0) + (EXACT if like > 0.999 else 0.0)
            yield Hit(self._entries[row], kind * (LIKE * like + COVERED * covered + RANKED * -rank / best))

    def _likeness(self, terms: Sequence[_Term], total: float, wording: frozenset[str]) -> float:
        """Return how much of the question a wording covers and how much of the wording is asked for, 0 to 1."""
        met = [term for term in terms if term.stems & wording]
        if not met:
            return 0.0
        recall = sum(term.weight for term in met) / total
        shared = wording.intersection(*[frozenset().union(*(term.stems for term in met))])
        precision = sum(map(self._weight, shared)) / sum(map(self._weight, wording))
        return 1 / (0.65 / recall + 0.35 / precision)


def _spread(hits: Sequence[Hit]) -> list[Hit]:
    """Return the hits so that a scene's further ones count less than its first."""
    rest = [hit for hit in hits if hit.score > 0]
    found: list[Hit] = []
    seen: dict[str, int] = {}
    while rest and len(found) < FIRST:
        place = max(range(len(rest)), key=lambda place: rest[place].score * _share(rest[place].entry, seen))
        hit = rest.pop(place)
        seen[hit.entry.scene] = seen.get(hit.entry.scene, 0) + 1
        found.append(hit)
    return found + rest


def _share(entry: Entry, seen: dict[str, int]) -> float:
    return SAME_SCENE ** seen.get(entry.scene, 0) if entry.scene or entry.kind == "term" else 1.0


_TABLES = """
CREATE VIRTUAL TABLE entry USING fts5(title, also, text, tokenize = "porter unicode61");
CREATE VIRTUAL TABLE entry_words USING fts5vocab(entry, 'row');
CREATE VIRTUAL TABLE probe USING fts5(word, tokenize = "porter unicode61");
CREATE VIRTUAL TABLE probe_words USING fts5vocab(probe, 'instance');
"""
_MATCH = f"SELECT rowid, bm25(entry, {TITLE}, {ALSO}, {TEXT}) AS r FROM entry WHERE entry MATCH ? ORDER BY r LIMIT ?"

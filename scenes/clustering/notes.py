"""What clustering says of a run: it has come to rest, a group is empty, nobody is in a group."""

from collections.abc import Sequence

import numpy as np

from explainer.contract.frame import Frame, Note, Notes
from explainer.contract.lesson_links import try_link

LOW, HIGH = 0.4, 0.45


def seen(frame: Frame) -> Sequence[Note]:
    """Return what is worth saying, most important first."""
    if not frame.step:
        return ()
    found = (nobody(frame), empty(frame), flattered(frame), rested(frame))
    return [note for note in found if note is not None]


def nobody(frame: Frame) -> Note | None:
    """Say that DBSCAN has left most points out at its end."""
    group = frame.arrays.get("group")
    if frame.params.method != "dbscan" or group is None or not frame.finished or (group < 0).mean() < 0.5:
        return None
    share = float((group < 0).mean())
    return Note(
        f"{share:.0%} of the points are in no group: no core point lies within ε of them.",
        "warning", try_link(frame.params, eps=min(10.0, 2 * frame.params.eps)),
        name="nobody", card="points", number=share,
    )  # fmt: skip


def empty(frame: Frame) -> Note | None:
    """Say that a centre has no point."""
    missing = frame.params.k - frame.metric("groups")
    if frame.params.method != "kmeans" or not missing > 0:
        return None
    return Note(
        f"{missing:.0f} of {frame.params.k} centres has no point, and stays where it is.",
        "warning", name="empty", card="points", number=missing,
    )  # fmt: skip


def flattered(frame: Frame) -> Note | None:
    """Say that the silhouette is high where the labels do not agree."""
    s, agreed = frame.metric("silhouette"), frame.metric("agreement")
    if not (np.isfinite(agreed) and s > HIGH and agreed < LOW and frame.metric("moved") == 0):
        return None
    return Note(
        f"The silhouette is {s:.2f}, and the agreement with the labels {agreed:.2f}.",
        name="flattered", card="points", number=float(agreed),
    )  # fmt: skip


def rested(frame: Frame) -> Note | None:
    """Say that Lloyd's rounds have come to rest."""
    if frame.params.method != "kmeans" or frame.metric("moved") != 0:
        return None
    return Note(
        "No point has changed its group: k-means rests here, at a minimum that need not be the lowest. "
        "Drag a centre, and it goes on.", name="rested", card="points", number=0.0,
    )  # fmt: skip


NOTES = Notes(seen, arrays=("group",))

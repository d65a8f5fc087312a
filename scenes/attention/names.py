"""Names that declaration, experiment and pictures share."""

from collections.abc import Collection

PHASES = (
    "embed",
    "project to Q, K, V",
    "scores",
    "scale",
    "mask",
    "softmax",
    "weighted sum",
    "concatenate and project",
)
"""The eight operations, one a step."""

EDITABLE = ("embedding", "memory", "w_q", "w_k", "w_v", "q", "k", "v", "a", "w_o")
"""Tables whose numbers can be put in by hand."""

REACH = 1e3
"""Numbers put in by hand lie within ± this."""

PADDED = ("padding", "both")
"""Masks that hide what only fills a sequence up."""

CAUSAL = ("causal", "both")
"""Masks that hide later tokens."""

BY_TOKEN = {"embedding", "memory", "q", "k", "v", "mask"}
"""Tables whose rows are tokens: what was put into them by hand means nothing for another text."""


def stale(names: Collection[str], side: str) -> set[str]:
    """Return the tables whose edits mean nothing any more once these parameters have changed.

    Padding on the ``left`` moves every row.
    """
    filled = {"mask", "padding"} & set(names)
    if {"text", "memory_text", "kind", "side"} & set(names) or (filled and side == "left"):
        return BY_TOKEN
    return {"mask"} if filled else set()


FINAL = tuple(
    f"final_{name}" for name in ("q", "k", "v", "a", "scores", "scaled", "masked", "weights", "context", "mask")
)
"""Arrays with what all operations will have found, whatever the step."""

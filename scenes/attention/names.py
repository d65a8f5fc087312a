"""Names that declaration, experiment and pictures share."""

PHASES = (
    "embed",
    "project to Q, K, V",
    "scores QKᵀ",
    "scale",
    "mask",
    "softmax",
    "weighted sum",
    "concatenate and project",
)
"""The eight operations, one a step."""

EDITABLE = ("embedding", "memory", "w_q", "w_k", "w_v", "q", "k", "v", "w_o")
"""Tables whose numbers can be put in by hand."""

BY_TOKEN = {"embedding", "memory", "q", "k", "v", "mask"}
"""Tables whose rows are tokens: what was put into them by hand means nothing for another text."""

FINAL = tuple(f"final_{name}" for name in ("q", "k", "v", "scores", "scaled", "masked", "weights", "context", "mask"))
"""Arrays with what all operations will have found, whatever the step."""

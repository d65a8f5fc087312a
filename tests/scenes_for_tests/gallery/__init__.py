"""Gallery: every kind of drawing with its options, on arrays that are made here; hidden, for the tests."""

from explainer.contract import LIVE, VIEW, Parameters, Scene, Verb, choice, integer, numbers, real
from explainer.scenes.gallery.gathered import gathered


class Params(Parameters):
    """What the cards can set."""

    scores: tuple[float, ...] = numbers((2.0, -1.0, 0.5, 0.0), -6.0, 6.0, kind=LIVE, label="Scores", help="Dragged.")
    temperature: float = real(1.0, 0.05, 20.0, log=True, kind=LIVE, label="Temperature T", help="Dragged.")
    chosen: int = integer(0, 0, 63, kind=VIEW, label="Chosen", help="Clicked.")
    row: int = integer(0, 0, 63, kind=VIEW, label="Row", help="Clicked.")
    column: int = integer(0, 0, 63, kind=VIEW, label="Column", help="Clicked.")
    amount: str = choice("usual", ("usual", "one", "none", "many", "odd"), kind=VIEW, label="Amount", help="How much.")


SCENE = Scene(
    title="Gallery",
    room="Foundations",
    question="What can a card draw?",
    parameters=Params,
    steps=20,
    metrics={"loss": "Falls.", "other": "Falls later."},
    arrays=gathered("ARRAYS"),
    dimensions=gathered("DIMENSIONS"),
    actions={
        "put": Verb("Set a number.", {"index": integer(0, 0, 63), "value": real(0.0, -1e6, 1e6)}, replaces=("index",)),
        "place": Verb(
            "Put a point.", {"index": integer(0, 0, 999), "x": real(0.0, -1e6, 1e6), "y": real(0.0, -1e6, 1e6)}
        ),
    },
    no_script="It computes nothing.",
)

"""Small multiples and images, with every option."""

import numpy as np

from explainer.contract.cards import Act, Card, Dimension, Images, Maps, Row, reads
from explainer.contract.scene import Array

COUNTS = {"usual": 6, "one": 1, "none": 0, "many": 900, "odd": 6}
ARRAYS = {
    "heads": Array(("layer of heads", "head of layer", "query", "key"), "float64", "Maps.", nan="not known"),
    "head_off": Array(("layer of heads", "head of layer"), "bool", "Which are off."),
    "filters": Array(("filter", "filter row", "filter column"), "float64", "Signed.", nan="off", infinite="too much"),
    "strip": Array(("image of strip", "pixel row", "pixel column"), "float64", "Grey.", nan="not known"),
    "pictures": Array(("picture", "picture row", "picture column", "colour of picture"), "uint8", "Coloured."),
    "saliency": Array(("image of strip", "pixel row", "pixel column"), "float64", "Signed.", nan="not known"),
    "paper": Array(("paper row", "paper column"), "float64", "What is drawn on."),
}
DIMENSIONS = {
    "layer of heads": Dimension("layer", lambda params: ("L1", "L2")),
    "head of layer": Dimension("head", whole=True),
}


def arrays(params, step):
    """Return the arrays."""
    count = COUNTS[params.amount]
    rng = np.random.default_rng(step)
    heads = rng.random((2, count, 9, 9)) ** 3
    filters = rng.normal(0, np.arange(1, count + 1)[:, None, None], (count, 3, 5)) if count else np.zeros((0, 3, 5))
    down, across = np.indices((16, 16))
    strip = np.stack([np.exp(-((down - 8) ** 2 + (across - 4 - k % 8) ** 2) / 20) for k in range(count)] or [down])
    strip = strip[:count] * 1.0
    saliency = np.gradient(strip, axis=2) if count else strip
    if params.amount == "odd":
        heads[0, 1, :4], filters[2], filters[3, 1, 1], strip[1, 4:7] = np.nan, np.nan, np.inf, np.nan
    return {
        "heads": heads,
        "head_off": np.arange(2 * count).reshape(2, count) % 5 == 3,
        "filters": filters,
        "strip": strip,
        "saliency": saliency,
        "pictures": (rng.random((count, 8, 12, 3)) * 255).astype(np.uint8),
        "paper": down[:12, :12] / 24.0 if count else np.zeros((0, 0)),
    }


def each(array, said):
    """Return a function of a frame that says something for each member of an array."""
    return reads(array)(lambda frame: [said(k) for k in range(len(frame.arrays[array]))])


CARDS = (
    Card(
        "maps",
        "Heads, by layer: click one, switch one off",
        Maps(
            "heads",
            colours="cividis",
            low=0,
            scale="own",
            dimmed="head_off",
            chosen=lambda frame: frame.params.chosen,
            caption="click a map, or its dot",
            click=lambda frame, number: {"chosen": number % 64},
            switch=lambda frame, number: Act("put", {"index": number % 64, "value": 1.0}),
            none="no heads",
        ),
        at_first=True,
    ),
    Card(
        "filters",
        "Signed filters; each in its own colour",
        Row(
            (
                Maps("filters", colours="signed", upward=True, largest=54, none="no filter"),
                Maps(
                    "filters",
                    places=each("filters", lambda k: k),
                    headings=each("filters", lambda k: f"run {k}\nin words"),
                    captions=each("filters", lambda k: f"{k} changed"),
                    none="no filter",
                ),
            )
        ),
    ),
    Card(
        "images",
        "Images with captions, saliency and boxes; coloured ones",
        Row(
            (
                Images(
                    "strip",
                    overlay="saliency",
                    captions=each("strip", lambda k: f"digit {k}"),
                    tokens=each("strip", lambda k: "good" if k % 2 else "danger"),
                    boxes=each("strip", lambda k: [(2, 3, 8, 9, "cat", 1)]),
                    click=lambda frame, number: {"chosen": number % 64},
                    none="no image",
                ),
                Images("pictures", columns=2, chosen=lambda frame: 0, none="no image"),
            )
        ),
    ),
    Card(
        "paper",
        "A paper to draw on",
        Images(
            "paper",
            caption="Left button draws, right rubs out",
            paper=lambda frame, ink: {"scores": [float(ink.mean()), 0.0]},
            none="no paper",
        ),
    ),
)

"""What the lesson on real attention states, and how it is measured again: of one model, whatever the seed."""

from __future__ import annotations

from tests.measure_lessons import Stated

WIDE = "layer=4&head=2&text=The%20animal%20did%20not%20cross%20the%20street%20because%20it%20was%20too%20wide."
OTHER = ("The%20old%20sailor%20told%20his%20son%20a%20story%20about%20the%20sea.", "She%20closed%20the%20door.")

OTHERS = "special tokens make 7 to 19 % of the contribution"


def special(name, layer=slice(None), head=slice(None)):
    """The share of an array (layer, head, query, key) that special tokens have."""

    def measure(run):
        found = run.arrays("*")
        shown = found[name][layer, head]
        return float(shown[..., found["special"] > 0].sum() / shown.sum())

    return measure


def reads(query, key, layer=3, head=1):
    """The weight with which one word reads another."""

    def measure(run):
        found = run.arrays("*")
        words = found["tokens"].tolist()
        return float(found["weights"][layer, head, words.index(query), words.index(key)])

    return measure


def before(run):
    return float(run.arrays("weights")["weights"][0, 2].diagonal(-1).mean())


def first(run):
    return float(run.arrays("weights")["weights"][4, 5, 1:, 0].mean())


def cosine(*off):
    """The cosine of the sentence's embedding with and without heads (layer, head)."""

    def measure(run):
        for layer, head in off:
            run.act("switch_head", layer=layer, head=head)
        found = float(run.arrays("cosine")["cosine"][0])
        run.act("all_heads")
        return found

    return measure


def whole(layer):
    return [(layer, head) for head in range(1, 13)]


STATED = [
    Stated("51 % of all weight in this sentence", "shows=head", special("weights"), (0.505, 0.515)),
    Stated("9 %. Their values are short", "shows=head", special("contribution"), (0.085, 0.095)),
    Stated("91 % of the weight and make 17 %", "shows=head", special("weights", 2, 7), (0.905, 0.915)),
    Stated("91 % of the weight and make 17 %", "shows=head", special("contribution", 2, 7), (0.165, 0.175)),
    Stated("reads the piece before with weight 1.00", "layer=1&head=3", before, (0.995, 1.0)),
    *(Stated("on other sentences as well", f"layer=1&head=3&text={text}", before, (0.98, 1.0)) for text in OTHER),
    Stated("gives 0.89 to [CLS]", "layer=5&head=6", first, (0.885, 0.9)),
    Stated("sends “it” to “animal” with 0.69", "layer=4&head=2", reads("it", "animal"), (0.685, 0.695)),
    Stated("it is 0.32, with 0.15 for “street”", WIDE, reads("it", "animal"), (0.315, 0.325)),
    Stated("it is 0.32, with 0.15 for “street”", WIDE, reads("it", "street"), (0.145, 0.155)),
    Stated("has cosine 0.92 with what it was", "shows=head", cosine((6, 12)), (0.915, 0.925)),
    Stated("without all of layer 1, 0.97", "shows=head", cosine(*whole(1)), (0.965, 0.975)),
    Stated("without all of layer 6, 0.81", "shows=head", cosine(*whole(6)), (0.805, 0.815)),
    Stated("hardly counts: 0.998", "shows=head", cosine((1, 3)), (0.9975, 0.9985)),
    *(Stated(OTHERS, f"text={text}", special("contribution"), (0.065, 0.195)) for text in OTHER),
]

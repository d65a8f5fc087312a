"""How it looks: the sweep, one cell worked out, and everything else that can be asked of the operation."""

from explainer.contract.frame import Frame
from explainer.contract.view import Files, View
from explainer.scenes.convolution.cards import CARDS
from explainer.scenes.convolution.formulas import FORMULAS
from explainer.scenes.convolution.images import dropped, takes
from explainer.scenes.convolution.moment import moment_of
from explainer.scenes.convolution.words import both_sizes, number, operation_title, sum_words


def summary(frame: Frame) -> str:
    """Say what is computed and which cell is worked out."""
    moment = moment_of(frame)
    if moment is None:
        return f"Step {frame.step}"
    cell = f"row {moment.here[1]}, column {moment.here[2]}: {sum_words(moment, moment.here)}"
    return f"{operation_title(moment)}; output size {both_sizes(moment)}; {cell}."


def readings(frame: Frame) -> list[tuple[str, str]]:
    """Return the last computed value."""
    return [("value", number(frame.metric("value")))] if frame.step else []


VIEW = View(
    cards=CARDS,
    formulas=FORMULAS,
    formula_arrays=("upstream", "grad_input", "grad_weight"),
    files=Files(takes, dropped),
    summary=summary,
    readings=readings,
    arrays=("input", "weight", "bias", "result"),
)

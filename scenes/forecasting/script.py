"""The experiment as a script of its own, told from the experiment, with the values of the series written out."""

from dataclasses import replace
from textwrap import fill

from explainer.scenes.forecasting import WALK, Params, known_values
from explainer.script import Course, Script, literal
from explainer.script.derive import derive


def script(course: Course[Params]) -> Script:
    """Return what the experiment does; a series that lies in a file stands in the script itself."""
    told = derive(course, "explainer.scenes.forecasting.experiment")
    known = known_values(course.params.series, course.params.path)
    made = f"torch.randn({WALK}, generator={course.generator('data')}, dtype=torch.float64).cumsum(0)"
    if known is not None:
        numbers = fill(literal(known.tolist())[1:-1], 110, initial_indent="    ", subsequent_indent="    ")
        made = f"torch.tensor([\n{numbers}\n], dtype=torch.float64)"
    lines = ["values = " + made if line.startswith("values = ") else line for line in told.setup.split("\n")]
    return replace(told, setup="\n".join(lines))

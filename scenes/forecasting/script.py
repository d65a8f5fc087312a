"""The experiment as a script of its own, told from the experiment, with the values of the series written out."""

from dataclasses import replace
from textwrap import fill

from explainer.scenes.forecasting import Params, known_values
from explainer.script import Course, Script, literal
from explainer.script.derive import derive


def script(course: Course[Params]) -> Script:
    """Return what the experiment does; a series that lies in a file stands in the script itself."""
    told = derive(course, "explainer.scenes.forecasting.experiment")
    known = known_values(course.params.series, course.params.path)
    if known is None:
        return told
    lines = told.setup.split("\n")
    place = next(k for k, line in enumerate(lines) if line.startswith("values = "))
    numbers = fill(literal(known.tolist())[1:-1], 110, initial_indent="    ", subsequent_indent="    ")
    lines[place] = f"values = torch.tensor([\n{numbers}\n], dtype=torch.float64)"
    return replace(told, setup="\n".join(lines))

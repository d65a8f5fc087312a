"""The race as a script of its own."""

from explainer.scenes.evolution import NOISE, POINTS, Params
from explainer.script import Change, Course, Script, assign, code, literal

SEARCHERS = {
    "gd": "Descent",
    "cma": "Covariance",
    "es": "EvolutionStrategy",
    "ga": "Genetic",
    "sep": "Separable",
    "random": "Random",
}
"""The classes of ``searchers.py``."""


def script(course: Course[Params]) -> Script:
    """Return problem, searchers, and one generation."""
    names, has_strategy = course.params.methods, "es" in course.params.methods
    return Script(
        setup=code(_problem(course), _searchers(course)),
        update=f"""
        for searcher in searchers.values():
            searcher.lr, searcher.alpha = lr, alpha
            people = searcher.ask()
            searcher.tell(problem(people).detach())
        best = [searcher.best_loss.item() for searcher in searchers.values()]
        now = problem(torch.stack([searcher.centre for searcher in searchers.values()])).detach()
        {'cosine = searchers["es"].cosine()' if has_strategy else ""}
        """,
        metrics=["cosine"] * has_strategy + [f"{kind}/{name}" for kind in ("best", "now") for name in names],
        row="[cosine.item(), *best, *now.tolist()]" if has_strategy else "[*best, *now.tolist()]",
        change=_change,
        sources=("experiment", "problems", "searchers"),
    )


def _problem(course: Course[Params]) -> str:
    params, to_device = course.params, ".to(device)" if course.on_gpu else ""
    if params.problem == "network":
        return f"""
        points, classes = moons({POINTS}, {NOISE}, {course.generator("data")})
        points, classes = points.double(){to_device}, classes.double(){to_device}
        problem = Network({params.hidden}, {literal(params.objective)}, points, classes)
        start = problem.fresh(1, {course.generator("weights")})[0]
        """
    start = (list(params.start) * params.dimension)[: params.dimension]
    return f"""
        problem = Function({literal(params.problem)}, {params.dimension}, torch.device("{course.recipe.device}"))
        start = torch.tensor({literal(start)}, dtype=torch.float64{course.on_device})
        """


def _searchers(course: Course[Params]) -> str:
    params = course.params
    given = f"problem, start, {params.population}, {params.sigma}"
    made = "".join(
        f"    {literal(name)}: {SEARCHERS[name]}({given}, {course.generator(name)}),\n" for name in params.methods
    )
    return f"lr, alpha = {params.lr}, {params.alpha}\nsearchers = {{\n{made}}}"


def _change(change: Change[Params]) -> str:
    return assign(change, "lr", "alpha")

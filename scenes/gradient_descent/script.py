"""The race as a script of its own: what ``experiment.py`` does, as a person would write it for this one run."""

from collections.abc import Sequence

from explainer.lab.expression import parse
from explainer.lab.expression_code import torch_code
from explainer.lab.optimizer_arguments import TORCH_CLASSES, told
from explainer.lab.optimizer_settings import Entry, in_force, labels, parse_entry
from explainer.scenes.gradient_descent import POINTS, Params
from explainer.script import Change, Course, Script, assign, code, literal

RACE = """
    previous, positions = positions, torch.stack(list(thetas.values())).detach()
    values = loss(positions)
    finite = positions.isfinite().all(-1) & values.isfinite()
    losses = torch.where(finite, values, losses)
    positions = torch.where(finite[:, None], positions, previous)
    for index, name in enumerate(thetas):
        if not finite[index]:  # it ran away: put it back and leave it there
            thetas[name].data.copy_(positions[index])
            running.remove(name)
    """


def script(course: Course[Params]) -> Script:
    """Return the race: surface, optimizers, and the loop's body."""
    entries, names = _entries(course.params)
    regression = course.params.surface == "regression"
    batches = regression and min(course.ever("batch")) < POINTS
    return Script(
        definitions="\n\n\n".join(_losses(course, batches)),
        setup=code(_data(course, batches), _learners(course, entries, names)),
        update=_update(course, batches, any(entry.name == "newton" for entry in entries)),
        metrics=[f"loss/{name}" for name in names],
        row="losses.tolist()",
        finished="not running",
        change=change,
        sources=("experiment", "surfaces"),
    )


def _entries(params: Params) -> tuple[list[Entry], tuple[str, ...]]:
    entries = [parse_entry(words) for words in params.optimizers]
    return entries, labels(entries)


def _losses(course: Course[Params], batches: bool) -> list[str]:
    """Return the functions of θ: the loss, and that of a batch."""
    params, spread = course.params, "*theta.unbind(-1)"
    match params.surface:
        case "custom":
            lines = ["x, y = theta.unbind(-1)", f"return {torch_code(parse(params.expression))}"]
        case "ravine":
            lines = [f"return ravine({spread}, condition={params.condition}, angle={params.angle})"]
        case "regression":
            lines = [f"return surface({spread})"]
        case name:
            lines = [f"return {name.replace('-', '_')}({spread})"]
    found = [_function("loss", "Return the loss (…) at θ = (x, y), shape (…, 2).", lines)]
    if batches:
        line = "return regression(theta, points, batch_indices)"
        if max(course.ever("batch")) == POINTS:
            line += " if batch < len(points) else loss(theta)"
        found.append(_function("batch_loss", "Return the loss (…) of this step's data points.", [line]))
    return found


def _function(name: str, about: str, lines: Sequence[str]) -> str:
    return "\n    ".join([f"def {name}(theta: Tensor) -> Tensor:", f'"""{about}"""', *lines])


def _data(course: Course[Params], batches: bool) -> str:
    """Return the data points, and what can change on the way."""
    regression, params = course.params.surface == "regression", course.params
    return code(
        f"points = torch.tensor(REGRESSION_POINTS, dtype=torch.float64{course.on_device})" if regression else "",
        "surface = regression_surface(points)" if regression else "",
        f"batch = {params.batch}" if batches else "",
        f"batches = {course.generator('batches')}" if batches else "",
        f"noise = {params.noise}\nkicks = {course.generator('noise')}" if any(course.ever("noise")) else "",
    )


def _learners(course: Course[Params], entries: Sequence[Entry], names: Sequence[str]) -> str:
    """Return a parameter vector and an optimizer for each competitor."""
    start = literal(list(course.params.start))
    made = [
        f"    {literal(name)}: {_optimizer(course, entry, name)},\n" for entry, name in zip(entries, names, strict=True)
    ]
    return code(
        f"""
        start = torch.tensor({start}, dtype=torch.float64{course.on_device})
        thetas = {{name: start.clone().requires_grad_() for name in {literal(list(names))}}}
        """,
        f"optimizers = {{\n{''.join(made)}}}",
        """
        running = list(optimizers)
        positions = torch.stack(list(thetas.values())).detach()
        losses = loss(positions)
        """,
    )


def _optimizer(course: Course[Params], entry: Entry, name: str) -> str:
    values = in_force(entry, course.params)
    if entry.name == "newton":
        kind, arguments = "Newton", values
    else:
        kind, arguments = f"torch.optim.{TORCH_CLASSES[entry.name]}", told(entry, values)
        if course.on_gpu:
            arguments["foreach"] = False
    given = [f"[thetas[{literal(name)}]]", *(f"{key}={literal(value)}" for key, value in arguments.items())]
    return f"{kind}({', '.join(given)})"


def _update(course: Course[Params], batches: bool, newton: bool) -> str:
    """Return one step of all that still run."""
    loss, noise, drawn = "batch_loss" if batches else "loss", course.ever("noise"), ""
    to_device = ".to(device)" if course.on_gpu else ""
    if batches:
        drawn = f"batch_indices = torch.randperm(len(points), generator=batches)[:batch]{to_device}"
        drawn = f"if batch < len(points):\n    {drawn}" if max(course.ever("batch")) == POINTS else drawn
    drawn_noise = f"kick = noise * torch.randn(2, generator=kicks, dtype=torch.float64){to_device}"
    noisy = f"{drawn_noise}\nfor name in running:\n    thetas[name].grad += kick"
    noisy = noisy if all(noise) else f"if noise > 0:\n    {noisy.replace(chr(10), chr(10) + '    ')}"
    used = code(
        drawn,
        f"""
        training = {loss}(torch.stack([thetas[name] for name in running]))
        for name in running:
            optimizers[name].zero_grad()
        training.sum().backward()
        """,
        noisy if any(noise) else "",
        f"for name in running:\n    optimizers[name].step({f'partial({loss}, thetas[name])' if newton else ''})",
    )
    return f"{used}\n\n{code(RACE)}"


def change(change: Change[Params]) -> str:
    """Return the code of a changed setting or a moved data point."""
    regression = change.after.surface == "regression"
    if change.action.verb == "move_point":
        return _moved(**change.action.arguments) if regression else ""
    entries, names = _entries(change.after)
    concerned: dict[str, list[str]] = {}
    for entry, name in zip(entries, names, strict=True):
        for line in _settings(entry, change):
            concerned.setdefault(line, []).append(name)
    alike: dict[tuple[str, ...], list[str]] = {}
    for line, some in concerned.items():
        alike.setdefault(tuple(some), []).append(line)
    variables = ("noise", "batch") if regression else ("noise",)
    return code(assign(change, *variables), *(_each(lines, some, names) for some, lines in alike.items()))


def _moved(index: int, to: Sequence[float]) -> str:
    return code(
        f"""
        points[{index}] = torch.tensor({literal(list(to))}, dtype=torch.float64)
        surface = regression_surface(points)
        losses = loss(positions)
        """
    )


def _settings(entry: Entry, change: Change[Params]) -> list[str]:
    """Return what to do to an optimizer of that entry, as ``explainer.lab.optimizers.set_common`` does it."""
    before, after = (in_force(entry, params) for params in (change.before, change.after))
    names = [name for name in ("lr", "momentum") if before.get(name) != after.get(name)]
    lines = [f'.param_groups[0]["{name}"] = {after[name]}' for name in names]
    if "momentum" in names:
        turned = (before["momentum"] > 0) != (after["momentum"] > 0)
        if turned and entry.name == "nesterov":
            lines.append(f'.param_groups[0]["nesterov"] = {after["momentum"] > 0}')
        if after["momentum"] == 0:
            lines.append(".state.clear()  # the velocity is forgotten")
    return lines


def _each(lines: Sequence[str], some: Sequence[str], names: Sequence[str]) -> str:
    """Return ``lines`` done to some of the optimizers."""
    if len(some) == 1:
        return code(*(f"optimizers[{literal(some[0])}]{line}" for line in lines))
    every = len(some) == len(names)
    head = "for optimizer in optimizers.values():" if every else f"for name in {literal(tuple(some))}:"
    return "\n".join([head, *(f"    {'optimizer' if every else 'optimizers[name]'}{line}" for line in lines)])

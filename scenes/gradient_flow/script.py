"""The networks as a script of its own: what ``experiment.py`` does, as a person would write it for this one run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from explainer.contract.recipe import stream_seed
from explainer.lab.optimizer_arguments import TORCH_CLASSES, told
from explainer.lab.optimizer_settings import Entry
from explainer.lab.optimizer_settings import resolve as settings_of
from explainer.scenes.gradient_flow import Params
from explainer.scenes.gradient_flow.lanes import Settings, labels, metric_names, resolve
from explainer.script import Change, Course, Script, code, literal

PLAIN = """
    class MLP(nn.Module):
        \"""Hidden layers of equal width and a linear one; every network begins with the same random numbers.\"""

        def __init__(self, activation, init, gain=1.0):
            super().__init__()
            generator = torch.Generator().manual_seed(seed)
            self.layers = nn.ModuleList([nn.utils.skip_init(nn.Linear, *each) for each in pairwise(sizes)])
            self.activation = activation
            for layer in self.layers:
                initialize(layer, init, generator, gain)

        def forward(self, x):
            outputs = []
            for layer in self.layers[:-1]:
                x = self.activation(layer(x))
                outputs.append(x)
            return [*outputs, self.layers[-1](x)]
    """
DATA = {
    "digits": "images, labels = load_digits(return_X_y=True)\n"
    "inputs, targets = torch.tensor(images, dtype=torch.float32) / 16, torch.tensor(labels)",
    "spirals": "inputs, targets = two_spirals()",
    "regression": "inputs, targets = random_regression()",
}
OUTPUTS = {"digits": 10, "spirals": 2, "regression": 1}


def script(course: Course[Params]) -> Script:
    """Return data, networks and optimizers, and the loop's body."""
    return _plain_script(course) if _is_plain(course.params) else _full_script(course)


def _is_plain(params: Params) -> bool:
    """Return whether all networks are bare layers one after the other, which are told more shortly."""
    bare = ("none", "none", "float32", 1.0)
    told = ((each.normalization, each.skip, each.dtype, each.loss_scale) for each in resolve(params))
    return params.architecture == "mlp" and all(each == bare for each in told)


def _plain_script(course: Course[Params]) -> Script:
    params = course.params
    pairs = list(zip(labels(params), resolve(params), strict=True))
    to_device = _to_device(course)
    networks = "".join(f"    {literal(name)}: {_plain_network(told)}{to_device},\n" for name, told in pairs)
    to_host = ".cpu()" if course.on_gpu else ""
    regression = params.data == "regression"
    accuracy = (
        "1 - (outputs[-1].detach() - y).square().mean()"
        if regression
        else "(outputs[-1].argmax(1) == y).float().mean()"
    )
    return Script(
        definitions=code(PLAIN),
        setup=code(
            course.draw_from("data") if params.data != "digits" else "",
            DATA[params.data],
            f"inputs, targets = inputs{to_device}, targets{to_device}" if to_device else "",
            f"seed = {stream_seed(course.recipe.seed, 'weights')}",
            f"sizes = [inputs.shape[1], *[{params.width}] * {params.depth}, {OUTPUTS[params.data]}]",
            f"networks = {{\n{networks}}}",
            _optimizers(course, pairs),
            f"clips = {literal_dict(_clips(params))}" if _ever_clips(course) else "",
            "running, measures = list(networks), {}",
            course.draw_from("batches"),
        ),
        update=code(
            f"chosen = torch.randint(len(inputs), ({params.batch},)){to_device}",
            "x, y, found = inputs[chosen], targets[chosen], {}",
            f"""
            for name in running:
                outputs = networks[name](x)
                for output in outputs[:-1]:
                    output.retain_grad()
                loss = {"F.mse_loss" if regression else "F.cross_entropy"}(outputs[-1], y)
                optimizers[name].zero_grad()
                loss.backward()
                accuracy = {accuracy}
                found[name] = measures_of(networks[name].parameters(), outputs, loss, accuracy){to_host}
            # one whose numbers ran away is not updated and keeps its last; if all have, the run ends
            running = [name for name in running if found[name].isfinite().all()]
            measures |= {{name: found[name] for name in running or found}}
            """,
            "for name in running:\n"
            + ("    clip_gradient(networks[name], *clips[name])\n" if _ever_clips(course) else "")
            + "    optimizers[name].step()",
        ),
        metrics=[name for names in metric_names(params) for name in names],
        row="[value for name in networks for value in measures[name].tolist()]",
        change=_change,
        sources=("training", "networks", "data"),
    )


def _optimizers(course: Course[Params], pairs: Sequence[tuple[str, Settings]]) -> str:
    """Return the optimizers, in one line where all are alike."""
    made = {name: _optimizer(course, name, told) for name, told in pairs}
    alike = {text.replace(f"networks[{literal(name)}]", "network") for name, text in made.items()}
    if len(alike) == 1:
        return f"optimizers = {{name: {alike.pop()} for name, network in networks.items()}}"
    return "optimizers = {\n" + "".join(f"    {literal(name)}: {text},\n" for name, text in made.items()) + "}"


def _plain_network(told: Settings) -> str:
    gain = f", {told.gain}" if told.gain != 1 else ""
    return f"MLP(ACTIVATION[{literal(told.activation)}], {literal(told.init)}{gain})"


def _full_script(course: Course[Params]) -> Script:
    return Script(
        setup=_setup(course),
        update=_update(course),
        metrics=[name for names in metric_names(course.params) for name in names],
        row="[value for name in networks for value in measures[name].tolist()]",
        finished="",
        change=lambda change: _change(change),
        sources=("training", "networks", "data"),
    )


def _setup(course: Course[Params]) -> str:
    params, names = course.params, labels(course.params)
    pairs = list(zip(names, resolve(params), strict=True))
    networks = "".join(f"    {literal(name)}: {_network(course, settings)},\n" for name, settings in pairs)
    optimizers = "".join(f"    {literal(name)}: {_optimizer(course, name, settings)},\n" for name, settings in pairs)
    moved = "\ndata = Data(*(part.to(device) for part in data))" if course.on_gpu else ""
    clips = f"clips = {literal_dict(_clips(params))}" if _ever_clips(course) else ""
    return code(
        course.draw_from("data") if params.data != "digits" else "",
        f"data = make_data({literal(params.data)}){moved}",
        f"seed = {stream_seed(course.recipe.seed, 'weights')}",
        f"sizes = data.x.shape[1], data.outputs, {params.depth}, {params.width}",
        f"networks = {{\n{networks}}}",
        f"optimizers = {{\n{optimizers}}}",
        clips,
        course.draw_from("batches"),
        f"""
        running = list(networks)
        measures = {{name: torch.zeros(5, dtype=torch.float64) for name in networks}}
        exact = {literal([name for name, settings in pairs if settings.dtype == "float32"])}
        chosen = torch.randint(len(data.x), ({params.batch},)){_to_device(course)}
        """,
    )


def literal_dict(values: dict[str, tuple[str, float]]) -> str:
    """Return a dictionary as code."""
    return "{" + ", ".join(f"{literal(key)}: {literal(value)}" for key, value in values.items()) + "}"


def _to_device(course: Course[Params]) -> str:
    return ".to(device)" if course.on_gpu else ""


def _network(course: Course[Params], settings: Settings) -> str:
    params = course.params
    recurrent = params.architecture == "recurrent"
    given: dict[str, Any] = {"activation": settings.activation, "init": settings.init}
    given |= {"gain": settings.gain} if settings.gain != 1 else {}
    if recurrent:
        kind, given = (
            "make_recurrent",
            {"cell": settings.cell, **given, "truncation": params.truncation, "keep_bias": settings.keep_bias},
        )
    else:
        kind, given = "make_network", {**given, "normalization": settings.normalization, "skip": settings.skip}
    words = ", ".join(f"{key}={literal(value)}" for key, value in given.items())
    return f"{kind}(*sizes, torch.Generator().manual_seed(seed), {words}){_to_device(course)}"


def _optimizer(course: Course[Params], name: str, settings: Settings) -> str:
    entry = Entry(course.params.optimizer)
    arguments = told(entry, settings_of(entry, settings.lr, course.params.momentum))
    if course.on_gpu:
        arguments["foreach"] = False
    words = ", ".join(f"{key}={literal(value)}" for key, value in arguments.items())
    return f"torch.optim.{TORCH_CLASSES[entry.name]}(networks[{literal(name)}].parameters(), {words})"


def _clips(params: Params) -> dict[str, tuple[str, float]]:
    pairs = zip(labels(params), resolve(params), strict=True)
    return {name: (settings.clip, settings.clip_at) for name, settings in pairs}


def _ever_clips(course: Course[Params]) -> bool:
    lived = [course.params, *(change.after for change in course.changes)]
    return any(clip != "none" for params in lived for clip, _ in _clips(params).values())


def _update(course: Course[Params]) -> str:
    """Return one step of all that still train."""
    params = course.params
    pairs = list(zip(labels(params), resolve(params), strict=True))
    low = {name: (told.dtype, told.loss_scale) for name, told in pairs}
    plain = all(each == ("float32", 1.0) for each in low.values())
    precision = "" if plain else f"\nprecision = {literal_dict(low)}"
    passed = "x, y" if plain else "x, y, *precision[name]"
    clip = "    clip_gradient(networks[name], *clips[name])\n" if _ever_clips(course) else ""
    return code(
        f"x, y = data.x[chosen], data.y[chosen]{precision}",
        f"passes = {{name: forward(networks[name], {passed}) for name in running}}",
        f"""
        for name in running:
            backward(networks[name], passes[name])
        found = {{name: measure(networks[name], passes[name]){".cpu()" if course.on_gpu else ""} for name in running}}
        updated, gone = settle(found, measures, exact)
        """,
        f"for name in updated:\n{clip}    optimizers[name].step()",
        "running = [name for name in running if name not in gone]",
        f"chosen = torch.randint(len(data.x), ({params.batch},)){_to_device(course)}",
    )


def _change(change: Change[Params]) -> str:
    """Return the code of changed settings, as ``explainer.lab.optimizers.set_common`` does them."""
    before, after, entry = change.before, change.after, Entry(change.after.optimizer)
    lines = []
    for name, old, new in zip(labels(after), resolve(before), resolve(after), strict=True):
        group = f"optimizers[{literal(name)}].param_groups[0]"
        was = settings_of(entry, old.lr, before.momentum)
        told_now = settings_of(entry, new.lr, after.momentum)
        keys = ("lr", "momentum") if entry.name in ("momentum", "nesterov") else ("lr",)
        lines += [f'{group}["{key}"] = {told_now[key]}' for key in keys if was[key] != told_now[key]]
        if "momentum" in keys and was["momentum"] != told_now["momentum"]:
            if entry.name == "nesterov":
                lines.append(f'{group}["nesterov"] = {told_now["momentum"] > 0}')
            if told_now["momentum"] == 0:
                lines.append(f"optimizers[{literal(name)}].state.clear()  # the velocity is forgotten")
    if _clips(before) != _clips(after):
        lines.append(f"clips = {literal_dict(_clips(after))}")
    return code(*lines)

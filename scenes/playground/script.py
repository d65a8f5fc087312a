"""The experiment as a script of its own: the usual loop of PyTorch, whose numbers are those of the run.

All that can be set is a variable here; what this run keeps at its default is folded away afterwards.
"""

from __future__ import annotations

from typing import Any

from explainer.lab.expression import parse
from explainer.lab.expression_code import torch_code
from explainer.lab.optimizer_arguments import TORCH_CLASSES, told
from explainer.lab.optimizer_settings import parse_entry, resolve
from explainer.scenes.playground import Params
from explainer.scenes.playground.data_names import classes_of, is_number
from explainer.scenes.playground.features import expressions
from explainer.scenes.playground.layers import sources
from explainer.scenes.playground.layers import told as told_layers
from explainer.script import Change, Course, Script, code, literal

SETTINGS = {
    "batch_size": "batch_size",
    "shuffle": "shuffle",
    "loss": "loss_name",
    "label_smoothing": "label_smoothing",
    "balanced": "balanced",
    "schedule": "schedule",
    "schedule_steps": "schedule_steps",
    "l1": "l1",
    "l2": "l2",
    "clip": "clip",
    "max_norm": "longest",
    "patience": "patience",
    "stop": "stop",
    "stop_at": "stop_at",
}
"""Live parameters and the variables that they are in the script."""
BATCH = """
    if place >= len(order):
        epoch, place = epoch + 1, 0
        {order}
    rows = order[place : place + batch_size{joined}]
    place += len(rows)
"""
PASS = """
    network.train()
    optimizer.zero_grad()
    losses = each_loss(loss_name, network(inputs[rows], activations, dropouts), targets[rows], label_smoothing)
    loss = {mean}
    loss.backward()
    if schedule != "constant":
        for group in optimizer.param_groups:
            group["lr"] = lr * factor(schedule, step, schedule_steps)
    if l1 or l2:
        penalize(network.layers, l1, l2)
    if clip:
        nn.utils.clip_grad_norm_(network.parameters(), clip, foreach=False)
{kept}    optimizer.step()
    if longest:
        max_norm([layer.weight for layer in network.layers], longest)
{held}"""
MEASURE = """
    before = place - len(rows)
    if 5 * place // len(order) > 5 * before // len(order):
        measured = judge(network, activations, inputs, targets, parts, loss_name)
"""
STOP = """
        if stop == "accuracy":
            finished = finished or measured[5] >= stop_at
        elif stop == "loss":
            finished = finished or measured[4] <= stop_at
        elif stop == "epoch":
            finished = finished or (place >= len(order) and epoch >= stop_at)
"""
PATIENCE = """
        if patience and place >= len(order):
            if measured[2] < best:
                best, best_epoch = measured[2], epoch
                best_weights = [parameter.detach().clone() for parameter in network.parameters()]
            elif epoch - best_epoch >= patience:
                finished = True
                with torch.no_grad():
                    for parameter, kept in zip(network.parameters(), best_weights, strict=True):
                        parameter.copy_(kept)
                measured = judge(network, activations, inputs, targets, parts, loss_name)
"""
PARAMETERS = "[parameter for layer in network.layers for parameter in (layer.weight, layer.bias)]"
HELD = {
    "kept": "    kept = [parameter.detach().clone() for parameter in parameters]\n",
    "held": "    put_back(parameters, held, kept)\n",
}
INITS = {
    "zeros": "nn.init.zeros_({0}.weight)",
    "constant": "nn.init.constant_({0}.weight, 1 / {0}.in_features)",
    "normal": "nn.init.normal_({0}.weight, 0, {0}.in_features**-0.5, generator=draws)",
    "uniform": "nn.init.uniform_({0}.weight, -math.sqrt(3 / {0}.in_features), "
    "math.sqrt(3 / {0}.in_features), generator=draws)",
    "xavier-uniform": "nn.init.xavier_uniform_({0}.weight, generator=draws)",
    "xavier-normal": "nn.init.xavier_normal_({0}.weight, generator=draws)",
    "he-uniform": 'nn.init.kaiming_uniform_({0}.weight, nonlinearity="relu", generator=draws)',
    "he-normal": 'nn.init.kaiming_normal_({0}.weight, nonlinearity="relu", generator=draws)',
    "orthogonal": "nn.init.orthogonal_({0}.weight, generator=draws)",
    "pytorch": "nn.init.uniform_({0}.weight, -({0}.in_features**-0.5), {0}.in_features**-0.5, generator=draws)",
}
"""How a layer's weights are drawn; its bias is 0 but for PyTorch's default."""
REINITIALISE = """
    fresh = nn.Linear({layer}.in_features, {layer}.out_features)
    {init}
    with torch.no_grad():
        {layer}.weight[{unit}] = fresh.weight[{unit}]
        {layer}.bias[{unit}] = fresh.bias[{unit}]
"""
JUDGE = "measured = judge(network, activations, inputs, targets, parts, loss_name)"


def script(course: Course[Params]) -> Script:
    """Return data, network and optimizer, and the loop's body."""
    names = ["loss/train", "accuracy/train", "loss/validation", "accuracy/validation", "loss/test", "accuracy/test"]
    row = "*measured"
    if not course.params.validation_share:
        names, row = names[:2] + names[4:], "*measured[:2], *measured[4:]"
    return Script(
        setup=code(_data(course, course.params), _network(course), _beginning(course)),
        update=_update(course),
        metrics=["loss/batch", *names, "lr"],
        row=f'[loss.item(), {row}, optimizer.param_groups[0]["lr"]]',
        change=lambda change: _change(course, change),
        finished=_end(course),
        sources=("experiment", "data", "training"),
    )


def _end(course: Course[Params]) -> str:
    """Return when the run is over: whatever is changed lets it go on."""
    changed = tuple(sorted({change.action.step for change in course.changes} - {0}))
    if not _may_end(course):
        return ""
    return f"finished and step not in {literal(changed)}" if changed else "finished"


def _may_end(course: Course[Params]) -> bool:
    return course.ever("stop") != {"none"} or course.ever("patience") != {0}


def _holds(course: Course[Params]) -> bool:
    return any(change.action.verb == "hold" for change in course.changes)


def _data(course: Course[Params], params: Params) -> str:
    """Return the lines that make the points and what the network is given of them."""
    to_device = ".to(device)" if course.on_gpu else ""
    shares = f"{params.train_share}, {params.validation_share}, {course.generator('split')}"
    split = "drawn_split" if params.data == "drawn" else "split_of"
    kept = f"kept = uneven(targets, {params.imbalance})\npoints, targets = points[kept], targets[kept]"
    columns = ", ".join(torch_code(parse(each)) for each in expressions(params.features, params.own_feature))
    uneven = params.imbalance > 1 and not is_number(params) and params.data != "drawn"
    return code(
        f"points, targets = {_points(course, params)}",
        kept if uneven else "",
        f"split = {split}(len(points), {shares}){to_device}",
        f"points, targets = points{to_device}, targets{to_device}" if to_device else "",
        "train, parts = (split == 0).nonzero()[:, 0], parts_of(split)",
        "x, y = points[:, 0], points[:, 1]",
        f"inputs = torch.stack([{columns}], 1)",
    )


def _points(course: Course[Params], params: Params) -> str:
    """Return the expression that makes the points."""
    if params.data == "drawn":
        return f"drawn_points({literal(params.drawn)})"
    if params.data == "file":
        return f"file_points({', '.join(map(literal, (params.path, params.columns, params.target, params.target_is)))})"
    return f"points_of({literal(params.data)}, {params.points}, {params.noise}, {course.generator('data')})"


def _network(course: Course[Params]) -> str:
    """Return the lines that make network and optimizer."""
    params = course.params
    spec, classes = told_layers(params), len(classes_of(params))
    sizes = (len(params.features), *spec.units, classes if classes > 2 else 1)
    given = f"{literal(sizes)}, {literal(sources(params))}, {literal(spec.norms)}"
    return code(
        f"network = DenseNetwork({given}{course.on_device})",
        f"draws = {course.generator('weights')}",
        "for layer in network.layers:\n    " + _drawn("layer", params.init).replace("\n", "\n    "),
        _optimizer(params),
    )


def _drawn(layer: str, init: str) -> str:
    """Return the lines that draw the weights of a layer, and set its bias."""
    weights = INITS[init].format(layer)
    biases = weights.replace(".weight", ".bias") if init == "pytorch" else f"nn.init.zeros_({layer}.bias)"
    return f"{weights}\n{biases}"


def _optimizer(params: Params) -> str:
    """Return the line that makes the optimizer."""
    entry = parse_entry(params.optimizer[0])
    given = told(entry, resolve(entry, params.lr, params.momentum))
    words = ", ".join(f"{name}={literal(value)}" for name, value in given.items())
    return f"optimizer = torch.optim.{TORCH_CLASSES[entry.name]}(network.parameters(), {words}, foreach=False)"


def _rate(params: Params) -> float:
    return resolve(parse_entry(params.optimizer[0]), params.lr, params.momentum)["lr"]


def _order(course: Course[Params]) -> str:
    to_device = ".to(device)" if course.on_gpu else ""
    return f"order = train[torch.randperm(len(train), generator=batches){to_device}] if shuffle else train"


def _beginning(course: Course[Params]) -> str:
    """Return the lines that begin the training: the settings, the first order, the first measures."""
    params, spec = course.params, told_layers(course.params)
    copies = "[parameter.detach().clone() for parameter in network.parameters()]"
    best = f"best, best_epoch = math.inf, 0\nbest_weights = {copies}"
    return code(
        f"activations, dropouts, lr = {literal(spec.activations)}, {literal(spec.dropouts)}, {_rate(params)}",
        *(f"{variable} = {literal(getattr(params, name))}" for name, variable in SETTINGS.items()),
        f"batches = {course.generator('batches')}",
        _order(course),
        "epoch, place = 1, 0",
        "finished = False" if _may_end(course) else "",
        f"parameters = {PARAMETERS}\nheld = [torch.zeros_like(each, dtype=torch.bool) for each in parameters]"
        if _holds(course)
        else "",
        best if course.ever("patience") != {0} else "",
        JUDGE,
        course.draw_from("dropout"),
    )


def _update(course: Course[Params]) -> str:
    """Return one update."""
    norms = told_layers(course.params).norms
    joined = " + (place + batch_size == len(order) - 1)" if "batch" in norms else ""
    weights = "class_weights(targets[train], max(2, network.sizes[-1]))[targets[rows]]"
    mean = "losses.mean()" if is_number(course.params) else f"(losses * {weights} if balanced else losses).mean()"
    parts = [
        BATCH.format(order=_order(course), joined=joined),
        PASS.format(mean=mean, **(HELD if _holds(course) else {"kept": "", "held": ""})),
        MEASURE,
    ]
    parts += [STOP] if course.ever("stop") != {"none"} else []
    parts += [PATIENCE] if course.ever("patience") != {0} else []
    return "\n".join(part.strip("\n") for part in parts)


def _change(course: Course[Params], change: Change[Params]) -> str:
    """Return the code of a changed setting or a verb."""
    given, verb = change.action.arguments, change.action.verb
    if verb == "set_weight":
        layer, unit, source = f"network.layers[{given['layer'] - 1}]", given["unit"] - 1, given["source"]
        place = f"weight[{unit}, {source - 1}]" if source else f"bias[{unit}]"
        ended = "finished = False" if _may_end(course) else ""
        return code(f"with torch.no_grad():\n    {layer}.{place} = {given['value']}", JUDGE, ended)
    ended = "finished = False" if _may_end(course) else ""
    if verb == "hold":
        rows = f"{given['unit'] - 1}" if given["unit"] else ":"
        weights, biases = (f"held[{2 * given['layer'] - 2 + k}]" for k in (0, 1))
        if given["source"]:
            return code(f"{weights}[{rows}, {given['source'] - 1}] = {given['on']}", ended)
        return code(f"{weights}[{rows}] = {given['on']}\n{biases}[{rows}] = {given['on']}", ended)
    if verb == "reinitialise":
        told_ = {"layer": f"network.layers[{given['layer'] - 1}]", "unit": given["unit"] - 1}
        ended = "finished = False" if _may_end(course) else ""
        fresh = _drawn("fresh", change.after.init).replace("\n", "\n    ")
        return code(REINITIALISE.format(init=fresh, **told_), JUDGE, ended)
    return _setting(course, change.before, change.after, given)


def _setting(course: Course[Params], before: Params, after: Params, given: Any) -> str:
    """Return the code of changed settings."""
    old, new = told_layers(before), told_layers(after)
    changed = [name for name in SETTINGS if getattr(before, name) != getattr(after, name)]
    lines = [f"{SETTINGS[name]} = {literal(getattr(after, name))}" for name in changed]
    lines += [f"activations = {literal(new.activations)}"] if new.activations != old.activations else []
    lines += [f"dropouts = {literal(new.dropouts)}"] if new.dropouts != old.dropouts else []
    lines += [f"lr = {_rate(after)}"] if _rate(after) != _rate(before) else []
    lines += [_optimizer(after)] if "optimizer" in given else []
    if "optimizer" not in given and (before.lr, before.momentum, before.schedule) != (
        after.lr,
        after.momentum,
        after.schedule,
    ):
        lines.append(_common(after))
    if "drawn" in given and after.data == "drawn":
        lines += [_data(course, after), _order(course), "place = 0"]
    lines += ["finished = False"] if _may_end(course) else []
    lines += ["best, best_epoch = math.inf, epoch"] if "patience" in given else []
    lines += [JUDGE] if {"loss", "activation", "drawn"} & given.keys() else []
    return code(*lines)


def _common(params: Params) -> str:
    """Return the code that tells the optimizer learning rate and momentum."""
    entry = parse_entry(params.optimizer[0])
    lines = f'for group in optimizer.param_groups:\n    group["lr"] = {_rate(params)}\n'
    if entry.name in ("momentum", "nesterov"):
        momentum = resolve(entry, params.lr, params.momentum)["momentum"]
        lines += f'    group["momentum"], group["nesterov"] = {momentum}, {entry.name == "nesterov" and momentum > 0}\n'
        if not momentum:
            lines += (
                "for parameter in network.parameters():\n    optimizer.state[parameter].pop('momentum_buffer', None)\n"
            )
    return lines

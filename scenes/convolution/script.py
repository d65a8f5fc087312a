"""The sweep as a script of its own: the layer, then one window after the other."""

from __future__ import annotations

import numpy as np

from explainer.scenes.convolution import MOST_CHANNELS, Params
from explainer.scenes.convolution.axis import Axis
from explainer.scenes.convolution.images import image_of
from explainer.scenes.convolution.kernels import LARGEST, kernels
from explainer.scenes.convolution.plan import AVERAGE_POOL, MAX_POOL, POOLS, TRANSPOSED, Plan, plan_of
from explainer.script import Change, Course, Script, code, literal

BY_HAND = 400
"""Numbers of an image that are written out."""
WITH_WEIGHTS = """
    first = channel // filters_per_group * channels_read
    taken = patch_at(field, slice(first, first + channels_read), rows, columns)
    value = (taken * kernel_at(filters, channel, rows, columns)).sum() + bias[channel]
    """
POOLING = """
    value = combined(operation, patch_at(field, slice(channel, channel + 1), rows, columns))
    """
AVERAGING = """
    count = counted(rows, *row_bounds) * counted(columns, *column_bounds)
    value = combined(operation, patch_at(field, slice(channel, channel + 1), rows, columns), count)
    """


def script(course: Course[Params]) -> Script:
    """Return the image, the layer, and the arithmetic of one cell."""
    params = course.params
    shape = (params.in_channels, params.height, params.width) if params.image == "noise" else image_of(params).shape
    shape = (shape[0], 1, shape[2]) if params.dimensions == 1 else shape
    made = _random(course) if "random" in course.ever("kernel") else ""
    return Script(
        setup=code(_image(course), made, *_layer(course, params, shape)),
        update=_update(course),
        metrics=["row", "column", "value", "channel"],
        row="[float(row), float(column), value.item(), float(channel)]",
        change=lambda change: _change(course, change, shape),
        sources=("operations", "axis", "images"),
    )


def _image(course: Course[Params]) -> str:
    """Return the input (channel, y, x)."""
    params = course.params
    to_device = ".to(device)" if course.on_gpu else ""
    channels, size = params.in_channels, f"{params.height}, {params.width}"
    own = "" if params.own_size else f", {size}"
    match params.image:
        case "noise":
            made = f"torch.randint(0, 10, ({channels}, {size})).float()"
            row = f"[:, {params.height // 2}, None]" if params.dimensions == 1 else ""
            return f"{course.draw_from('image')}\nimage = {made}{row}{to_device}"
        case "china" | "flower":
            made = f"photograph(Image.open(photograph_file({literal(params.image)})), {channels}{own})"
        case "file":
            made = f"photograph(in_colour(Image.open({literal(params.path)}, formats=FORMATS)), {channels}{own})"
        case _:
            return _written(image_of(params), to_device)
    made = f"middle_row({made})" if params.dimensions == 1 else made
    return f"image = torch.from_numpy({made}){to_device}"


def _written(image: np.ndarray, to_device: str) -> str:
    """Return an image of whole numbers written out, one row of numbers a line."""
    rows = [f"    [{', '.join(f'{number:.0f}' for number in row)}]," for plane in image for row in plane]
    opened = "\n".join(rows).join(["[\n", "\n]"])
    return f"image = torch.tensor({opened}, dtype=torch.float32).view{image.shape}{to_device}"


def _random(course: Course[Params]) -> str:
    sizes = f"{MOST_CHANNELS}, {MOST_CHANNELS}, {LARGEST}, {LARGEST}"
    return f"{course.draw_from('weights')}\ndraws = torch.randn({sizes}){'.to(device)' if course.on_gpu else ''}"


def _layer(course: Course[Params], params: Params, shape: tuple[int, ...]) -> list[str]:
    """Return the statements that set up the operation as ``params`` have it."""
    plan = plan_of(params, shape)
    lines = [f"channels, height, width = {plan.shape}", f"at_once = {params.at_once}", _field(plan)]
    lines += [f"{name}_of = {_taps(axis)}" for name, axis in (("rows", plan.y), ("columns", plan.x))]
    if course.ever("operation") & set(POOLS):
        lines.append(f"operation = {literal(params.operation)}")
    if AVERAGE_POOL in course.ever("operation"):
        lines.append(f"row_bounds, column_bounds = {plan.y.bounds}, {plan.x.bounds}")
    if not plan.pools:
        lines += [
            f"filters = {_filters(params, plan, course)}",
            f"bias = torch.full(({plan.out_channels},), {params.bias}{course.on_device})",
            f"filters_per_group, channels_read = {plan.out_channels // plan.groups}, {plan.in_channels // plan.groups}",
        ]
    elif course.ever("operation") - set(POOLS):
        lines += ["filters = bias = torch.empty(0)  # pooling has none", "filters_per_group = channels_read = 1"]
    return lines


def _field(plan: Plan) -> str:
    """Return the padded image."""
    if plan.operation == TRANSPOSED:
        return "field = image"
    rows, columns = ((axis.before, axis.after + axis.overhang) for axis in (plan.y, plan.x))
    if not any(rows + columns):
        return "field = image"
    more = ', "zeros", -math.inf' if plan.operation == MAX_POOL else f", {literal(plan.x.mode)}"
    return f"field = padded(image[None], {rows}, {columns}{more})[0]"


def _taps(axis: Axis) -> str:
    """Return what lists the taps of a window and the places they meet."""
    if axis.parts:
        return f"partial(divided, size={axis.size}, out={axis.parts})"
    common = f"kernel={axis.kernel}, stride={axis.stride}, dilation={axis.dilation}"
    if axis.transposed:
        return f"partial(reaching, size={axis.size}, {common}, cut={axis.before})"
    return f"partial(reached, {common})"


def _filters(params: Params, plan: Plan, course: Course[Params]) -> str:
    """Return the filters (out, in / groups, y, x) as they meet the input."""
    rows, columns, read = plan.y.kernel, plan.x.kernel, plan.in_channels // plan.groups
    turned = ".flip(-2, -1)" if params.flip else ""
    if params.kernel == "random":
        return f"draws[:{plan.out_channels}, :{read}, :{rows}, :{columns}]{turned}"
    found = kernels(params.kernel, rows, columns, params.kernel_values)
    above = (found.shape[1] - rows) // 2
    found = found[:, above : above + rows]
    if params.kernel == "learned":
        found = found.repeat(read, axis=0)
    made = f"torch.tensor({literal(found.tolist())}{course.on_device})"
    count, shape = plan.out_channels * read, f"({plan.out_channels}, {read}, {rows}, {columns})"
    picked = f"[torch.arange({count}) % {len(found)}]" if count != len(found) else ""
    return f"{made}{picked}.view{shape}{turned}"


def _update(course: Course[Params]) -> str:
    """Return the arithmetic of one cell."""
    pools = course.ever("operation") & set(POOLS)
    start = """
        cells = channels * height * width
        if step > cells or (at_once and step > 1):
            break
        channel, place = divmod(cells - 1 if at_once else step - 1, height * width)
        row, column = divmod(place, width)
        rows, columns = rows_of(row), columns_of(column)
        """
    if not pools:
        return code(start, WITH_WEIGHTS)
    pooling = AVERAGING if AVERAGE_POOL in pools else POOLING
    if pools == course.ever("operation"):
        return code(start, pooling)
    both = (code(part).replace("\n", "\n    ") for part in (pooling, WITH_WEIGHTS))
    return code(start, "if operation.endswith('pool'):\n    {}\nelse:\n    {}".format(*both))


def _change(course: Course[Params], change: Change[Params], shape: tuple[int, ...]) -> str:
    """Return the statements that a change makes other ones."""
    before = _layer(course, change.before, shape)
    return code(*(line for line in _layer(course, change.after, shape) if line not in before))

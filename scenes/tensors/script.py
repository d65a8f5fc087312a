"""The experiment as a script of its own: the operations as they are written, and the regression."""

from explainer.scenes.tensors import POINTS, Params
from explainer.script import Change, Course, Script


def script(course: Course[Params]) -> Script:
    """Return the first tensor, an operation a step, and one update."""
    params, program = course.params, course.params.read
    operations = ",\n".join(f"            lambda x: x{operation.written}" for operation in program.operations)
    targets = "wanted[:, None]" if params.targets == "column" else "wanted"
    return Script(
        setup=f"""
        lr = {params.lr}
        operations = [
{operations},
        ]
        x, at = first_tensor({program.start}), 0
        {course.draw_from("data")}
        features = torch.randn({POINTS}, 1).sort(0).values
        labels = 3 * features[:, 0] + 1 + 0.3 * torch.randn({POINTS})
        inputs, wanted = features.to(torch.{params.precision}), labels.to(torch.{params.precision})
        targets = {targets}
        weight = torch.zeros(1, 1, dtype=torch.{params.precision}, requires_grad=True)
        bias = torch.zeros(1, dtype=torch.{params.precision}, requires_grad=True)
        """,
        update=f"""
        if at == len(operations):
            x, at, copied = first_tensor({program.start}), 0, 0
        else:
            before, at = x, at + 1
            x = attempted(operations[at - 1], x)
            copied = 0 if storage(x) == storage(before) else x.numel()
        predictions = inputs @ weight + bias
        loss = ((predictions - targets) ** 2).mean()
        loss.backward()
        mse = ((predictions.detach()[:, 0].float() - labels) ** 2).mean()
        with torch.no_grad():
            for each in (weight, bias):
                each -= lr * each.grad
                each.grad = None
        """,
        metrics=["copied", "elements", "cells", "loss", "mse"],
        row="[float(copied), float(x.numel()), float(len(cells_of(x))), loss.item(), mse.item()]",
        change=_change,
        definitions=ATTEMPTED,
        sources=("operations",),
    )


ATTEMPTED = '''def attempted(operation, x):
    """Return the next tensor, or x as it is where torch refuses, or where it is too large to draw."""
    try:
        found = operation(x)
    except (RuntimeError, IndexError, TypeError, ValueError):
        return x
    return found if 0 < found.numel() <= 144 and found.ndim <= 5 else x'''


def _change(change: Change[Params]) -> str:
    if change.action.verb == "write":
        told = change.action.arguments
        return f"put(x, {told['index']!r}, {told['value']!r})"
    return f"lr = {change.after.lr}"

"""The experiment as a script of its own: the program as a function, autograd, and the update after each pass."""

import ast

from explainer.scenes.backprop import Params
from explainer.scenes.backprop.program import lines_of
from explainer.script import Change, Course, Script

FREE = ("x", "t")


def script(course: Course[Params]) -> Script:
    """Return leaves, the program, and what happens at the end of each pass."""
    program = course.params.read
    names = [program.nodes[k].name for k in program.leaves]
    leaves = "\n".join(
        f"{name} = torch.tensor({program.nodes[k].value!r}, dtype=torch.float64, requires_grad=True)"
        for name, k in zip(names, program.leaves, strict=True)
    )
    weights = ", ".join(name for name in names if not name.startswith(FREE))
    length = 2 * len(program.operations) + 1
    update = f"""
        if step % {length} == 0:
            output().backward()
            with torch.no_grad():
                for weight in [{weights}]:
                    weight -= lr * weight.grad if weight.grad is not None else 0.0
            for leaf in [{", ".join(names)}]:
                leaf.grad = None
        passes = (step + 1) // {length}
    """
    return Script(
        setup=f"lr = {course.params.lr}\n{leaves}",
        update=update,
        metrics=["output", "pass"],
        row="[output().item(), float(passes)]",
        change=lambda change: _change(change, names),
        definitions=_function(program.text, names),
    )


def _change(change: Change[Params], names: list[str]) -> str:
    if change.action.verb == "set_leaf":
        told = change.action.arguments
        return f"{names[told['index']]}.data.fill_({told['value']!r})"
    return f"lr = {change.after.lr}"


def _function(text: str, names: list[str]) -> str:
    """Return the program without its leaves as a function, torch's functions by their names."""
    body = [node for node in ast.parse(lines_of(text)).body if not _is_leaf(node, names)]
    lines = [ast.unparse(_Torch().visit(node)) for node in body]
    lines[-1] = "return " + lines[-1].partition(" = ")[2] if isinstance(body[-1], ast.Assign) else "return " + lines[-1]
    inside = "\n    ".join(lines)
    return f'def output():\n    """Return what the program gives."""\n    {inside}'


def _is_leaf(node: ast.stmt, names: list[str]) -> bool:
    return isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id in names


class _Torch(ast.NodeTransformer):
    def visit_Call(self, node: ast.Call) -> ast.Call:
        self.generic_visit(node)
        if isinstance(node.func, ast.Name):
            node.func = ast.Attribute(ast.Name("torch", ast.Load()), node.func.id, ast.Load())
        return node

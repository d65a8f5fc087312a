"""The experiment as a script of its own."""

from explainer.contract.refused import Refused
from explainer.scenes.attention_maps import Params
from explainer.scenes.attention_maps.names import CAUSAL, sequence_length, vocabulary
from explainer.script import Change, Course, Script, assign, code, literal


def script(course: Course[Params]) -> Script:
    """Return the network, the task's sequences and Adam's step; a real model has none, for it does not learn."""
    params = course.params
    if params.model != "trained":
        raise Refused(f"model = {params.model} has no script: it is not trained here", about="model")
    draw = f"draw_{params.task}"
    return Script(
        setup=f"""
            {course.draw_from("weights")}
            network = {_network(course)}
            optimizer = torch.optim.Adam(network.parameters(), lr={params.lr})
            on = torch.ones({params.layers}, {params.heads}{course.on_device})
            {course.draw_from("batches")}
            batch = {params.batch}
        """,
        update=code(
            f"tokens, targets = {draw}(batch, {params.length}, {params.symbols})",
            "tokens, targets = tokens.to(device), targets.to(device)" if course.on_gpu else "",
            """
            loss, accuracy, whole = loss_and_hits(network(tokens, on), targets)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            """,
        ),
        metrics=["loss", "accuracy", "accuracy/sequence"],
        row="[loss.item(), accuracy.item(), whole.item()]",
        change=change,
        sources=("experiment", "tasks", "transformer"),
    )


def _network(course: Course[Params]) -> str:
    params = course.params
    causal = params.task in CAUSAL if params.direction == "task" else params.direction == "causal"
    given = {
        "symbols": len(vocabulary(params.task, params.symbols)),
        "length": sequence_length(params.task, params.length),
        "width": params.width,
        "layers": params.layers,
        "heads": params.heads,
        "position": params.position,
        "norm": params.norm,
        "causal": causal,
    }
    words = ", ".join(f"{name}={literal(value)}" for name, value in given.items())
    return f"Transformer({words}){'.to(device)' if course.on_gpu else ''}"


def change(change: Change[Params]) -> str:
    """Return the code of a changed setting or of heads switched off or on."""
    given = change.action.arguments
    match change.action.verb:
        case "switch_head":
            place = f"on[{given['layer'] - 1}, {given['head'] - 1}]"
            return f"{place} = 1 - {place}"
        case "all_heads":
            return "on = torch.ones_like(on)"
    rate = f'optimizer.param_groups[0]["lr"] = {change.after.lr}' if change.before.lr != change.after.lr else ""
    return code(assign(change, "batch"), rate)

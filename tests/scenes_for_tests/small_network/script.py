"""The experiment as a script of its own."""

from explainer.scenes.small_network import Params
from explainer.script import Change, Course, Script, assign, code, literal


def script(course: Course[Params]) -> Script:
    params, on_device = course.params, course.on_device
    kind = {"adam": "Adam", "sgd": "SGD"}[params.optimizer]
    return Script(
        setup=f"""
            {course.draw_from("data")}
            x, y = noisy_plane({"device" if course.on_gpu else ""})
            {course.draw_from("weights")}
            hidden = nn.Linear(3, {params.width}{on_device})
            out = nn.Linear({params.width}, 1{on_device})
            optimizer = torch.optim.{kind}([*hidden.parameters(), *out.parameters()], lr={params.lr})
            batches = {course.generator("batches")}
            order = torch.randperm(EXAMPLES, generator=batches)
            {course.draw_from("dropout")}
            dropout = {params.dropout}
        """,
        update="""
            place = (step - 1) * BATCH % EXAMPLES
            if place == 0:
                order = torch.randperm(EXAMPLES, generator=batches)
            rows = order[place : place + BATCH]
            error = F.mse_loss(predict(x[rows], hidden, out, dropout), y[rows])
            optimizer.zero_grad()
            error.backward()
            optimizer.step()
        """,
        metrics=["error", "epoch"],
        row="[error.item(), float(step * BATCH // EXAMPLES)]",
        finished="step == END",
        change=change,
    )


def change(change: Change[Params]) -> str:
    given = change.action.arguments
    match change.action.verb:
        case "reinitialise":
            return f"draw_afresh(hidden, {given['first']}, {literal(given['scale'])})"
        case "poison":
            return 'out.weight.data[0, 0] = float("inf")'
        case "fail":
            return 'raise RuntimeError("this step was told to fail")'
    lr = f'for group in optimizer.param_groups:\n    group["lr"] = {change.after.lr}'
    return code(assign(change, "dropout"), lr if "lr" in given else "")

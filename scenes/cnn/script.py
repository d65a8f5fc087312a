"""The experiment as a script of its own."""

from explainer.scenes.cnn import Params
from explainer.scenes.cnn.blocks import parse_block
from explainer.scenes.cnn.layers import Layer, network_code, network_layers
from explainer.scenes.cnn.own_images import count_classes
from explainer.script import Change, Course, Script, assign, code, literal

LOADING = {
    "digits": "images, labels = digit_images()",
    "shapes": "images, labels = shape_images()",
}
UPDATE = """
    chosen = draw_batch(len(train_images), batch, batches)
    batch_images = train_images[chosen]
    {shifting}
    model.train()
    {freezing}
    optimizer.zero_grad()
    logits = model(batch_images)
    loss = F.cross_entropy(logits, train_labels[chosen])
    loss.backward()
    optimizer.step()
    model.eval()
    test_loss, test_accuracy, dead = evaluate(model, test_images, test_labels)
    accuracy = (logits.argmax(1) == train_labels[chosen]).float().mean()
"""
SHIFTING = "if augment:\n        batch_images = shifted_at_random(batch_images, augment, shifts)"
FREEZING = "for name in frozen:\n        model.get_submodule(name).eval()"


def script(course: Course[Params]) -> Script:
    """Return data, network, and the loop's body."""
    return Script(
        setup=code(_data(course), _network(course)),
        update=_update(course),
        metrics=["loss/train", "loss/test", "accuracy/train", "accuracy/test", "dead"],
        row="[loss.item(), test_loss, accuracy.item(), test_accuracy, dead]",
        change=change,
        sources=("experiment", "data", "network"),
    )


def _shifts(course: Course[Params]) -> bool:
    return course.ever("augment") != {0}


def _freezes(course: Course[Params]) -> bool:
    return any(change.action.verb == "freeze" for change in course.changes)


def _update(course: Course[Params]) -> str:
    """Return one update, with what this run does of shifting and freezing."""
    parts = {"shifting": SHIFTING if _shifts(course) else "", "freezing": FREEZING if _freezes(course) else ""}
    lines = UPDATE.format(**parts).splitlines()
    return "\n".join(line for line in lines if line.strip())


def _data(course: Course[Params]) -> str:
    """Return the lines that load the images and hold a fifth of them out."""
    params = course.params
    own = f"images, labels, classes = folder_images({literal(params.folder)}, {params.side})"
    to_device = ".to(device)" if course.on_gpu else ""
    return code(
        course.draw_from("data") if params.data == "shapes" else "",
        LOADING.get(params.data, own),
        "held = held_out(labels)",
        f"train_images, train_labels = images[~held]{to_device}, labels[~held]{to_device}",
        f"test_images = images[held].clone(memory_format=torch.channels_last){to_device}  # pools faster",
        f"test_labels = labels[held]{to_device}",
        f"batch = {params.batch}",
        f"augment, shifts = {params.augment}, {course.generator('shifts')}" if _shifts(course) else "",
        "frozen = set()" if _freezes(course) else "",
    )


def _network(course: Course[Params]) -> str:
    """Return the lines that make network and optimizer."""
    params, to_device = course.params, ".to(device)" if course.on_gpu else ""
    kind = {"adam": "Adam", "sgd": "SGD", "momentum": "SGD"}[params.optimizer]
    momentum = ", momentum=0.9" if params.optimizer == "momentum" else ""
    return code(
        course.draw_from("weights"),
        f"model = {network_code(layers_of(params))}{to_device}",
        f"optimizer = torch.optim.{kind}(model.parameters(), lr={params.lr}{momentum})",
        f"batches = {course.generator('batches')}",
        course.draw_from("dropout"),
    )


def layers_of(params: Params) -> list[Layer]:
    """Return the network's layers; raise :class:`Refused` for blocks that do not fit or images that cannot be read."""
    shape, classes = {"digits": ((1, 8, 8), 10), "shapes": ((3, 32, 32), 6)}.get(params.data, ((0, 0, 0), 0))
    if not classes:
        shape, classes = (3, params.side, params.side), count_classes(params.folder)
    return network_layers(shape, [parse_block(words) for words in params.blocks], params.hidden, classes, params.head)


def change(change: Change[Params]) -> str:
    """Return the code of a changed setting or a verb."""
    told = change.action.arguments
    layer = f"model.{told.get('layer')}"
    match change.action.verb:
        case "freeze":
            kept = f"frozen.{'add' if told['on'] else 'discard'}({literal(told['layer'])})"
            return f"{layer}.requires_grad_({not told['on']})\n{kept}"
        case "zero_filter":
            number = told["filter"]
            return f"with torch.no_grad():\n    {layer}.weight[{number}] = 0\n    {layer}.bias[{number}] = 0"
        case "reinitialise":
            forget = f"for parameter in {layer}.parameters():\n    optimizer.state.pop(parameter, None)"
            return f"{layer}.reset_parameters()\n{forget}"
    lr = f"for group in optimizer.param_groups:\n    group['lr'] = {change.after.lr}"
    return code(assign(change, "batch", "augment"), lr if change.after.lr != change.before.lr else "")

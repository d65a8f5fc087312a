"""What PyTorch answers to statements about devices; each is really run, those for a GPU where there is one."""

from collections.abc import Callable

import torch
from torch import Tensor, nn

NO_GPU = "not run: there is no GPU here"


def cpu() -> Tensor:
    """Return x."""
    return torch.arange(12, dtype=torch.float32).view(3, 4)


def shape_alone() -> str:
    """Move x to where there is no memory."""
    m = cpu().to("meta")
    return f"{tuple(m.shape)}, {m.stride()}, {m.data_ptr()}: a shape and strides over no memory"


def large_layer() -> str:
    """Make a layer that would have no room."""
    weight = nn.Linear(100_000, 100_000, device="meta").weight
    return (
        f"{weight.numel():,} weights made, {weight.numel() * weight.element_size() / 1e9:.0f} GB when they get memory"
    )


def room_for_a_layer() -> str:
    """Give a layer memory, in which nothing has been written."""
    return f"on {nn.Linear(4, 2, device='meta').to_empty(device='cpu').weight.device}, with what the memory held before"


def moved_layer() -> bool:
    """Return whether a module is the same after ``to``."""
    layer = nn.Linear(4, 2)
    return layer.to(torch.float64) is layer and layer.weight.dtype is torch.float64


ANYWHERE: tuple[tuple[str, Callable[[], object]], ...] = (
    ("x.device", lambda: cpu().device),
    ('x.to("cpu") is x', lambda: (x := cpu()).to("cpu") is x),
    ("x.to(torch.float64) is x", lambda: (x := cpu()).to(torch.float64) is x),
    ("layer.to(torch.float64) is layer", moved_layer),
    ("m.shape, m.stride(), m.data_ptr()", shape_alone),
    ("x + m", lambda: cpu() + cpu().to("meta")),
    ("(m + torch.tensor(2.0)).device", lambda: (cpu().to("meta") + torch.tensor(2.0)).device),
    ('m.to("cpu")', lambda: cpu().to("meta").to("cpu")),
    ('nn.Linear(100_000, 100_000, device="meta")', large_layer),
    ('layer_on_meta.to_empty(device="cpu")', room_for_a_layer),
    ("x.pin_memory().is_pinned()", lambda: cpu().pin_memory().is_pinned()),
    ('x.to("cuda").device', lambda: cpu().to("cuda").device),
)
ON_A_GPU: tuple[tuple[str, Callable[[], object]], ...] = (
    ('x.to("cuda") + x', lambda: cpu().to("cuda") + cpu()),
    ('x.to("cuda").numpy()', lambda: cpu().to("cuda").numpy()),
    (
        'x.pin_memory().to("cuda", non_blocking=True).device',
        lambda: cpu().pin_memory().to("cuda", non_blocking=True).device,
    ),
)


def statements() -> list[str]:
    """Return what is written."""
    return [written for written, _ in (*ANYWHERE, *ON_A_GPU)]


def answers() -> list[str]:
    """Return what each gives, or the first sentence of what PyTorch says to it."""
    gpu = torch.cuda.is_available()
    return [answer(run) for _, run in ANYWHERE] + [answer(run) if gpu else NO_GPU for _, run in ON_A_GPU]


def answer(run: Callable[[], object]) -> str:
    """Return what a statement gives, or what is said to it."""
    try:
        return str(run())
    except (RuntimeError, AssertionError, TypeError) as error:
        return f"{type(error).__name__}: " + str(error).split("\n")[0]

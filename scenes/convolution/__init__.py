"""Convolution: a kernel slides over an image; pooling and transposed convolution are the same experiment."""

from typing import Any

from explainer.contract import (
    LIVE,
    STRUCTURAL,
    VIEW,
    Array,
    Parameters,
    Refused,
    Scene,
    choice,
    integer,
    real,
    switch,
    text,
)
from explainer.contract.cards import Dimension
from explainer.scenes.convolution.kernels import LARGEST, read_kernels, read_numbers
from explainer.scenes.convolution.photographs import PHOTOGRAPH_SIZE, PHOTOGRAPHS
from explainer.scenes.convolution.plan import AVERAGE_POOL, CONVOLUTION, MAX_POOL, POOLS, TRANSPOSED, plan_of

MOST_CHANNELS = 8
WITH_WEIGHTS = (CONVOLUTION, TRANSPOSED)
FLAT = {"dimensions": (2,)}
"""What has no meaning in one dimension."""
OWN_KERNEL = {"kernel": ("custom",), "operation": WITH_WEIGHTS}
"""Where the kernel's numbers give it its size."""
DIVIDED = {"operation": POOLS, "windows": ("adaptive", "global")}
"""Where the size of the output gives windows theirs."""
WHOLE_POOL = {"operation": POOLS, "windows": ("fixed",)}


def _image_suggests(name: str) -> dict[str, Any]:
    """Return the size at which an image is at its best."""
    if name == "digit":
        return {"height": 8, "width": 8, "in_channels": 1, "groups": 1}
    if name in PHOTOGRAPHS:
        return {"own_size": True, "in_channels": 3, "groups": 1}
    return {}


def _operation_suggests(name: str) -> dict[str, Any]:
    """Return the window that is usual for an operation."""
    size, stride = {CONVOLUTION: (3, 1), TRANSPOSED: (3, 2)}.get(name, (2, 2))
    both = {"kernel_height": size, "kernel_width": size, "stride_y": stride, "stride_x": stride}
    return {**both, "padding": "valid", "dilation_y": 1, "dilation_x": 1, "output_padding": 0, "windows": "fixed"}


class Params(Parameters):
    """What can be set, in the order of the controls."""

    # fmt: off
    operation: str = choice(
        CONVOLUTION,
        {CONVOLUTION: "Convolution", TRANSPOSED: "Transposed convolution", MAX_POOL: "Max pooling", AVERAGE_POOL: "Average pooling"},
        suggests=_operation_suggests, kind=LIVE, label="Operation", help="What is done to the numbers under the window.",
    )
    image: str = choice(
        "digit",
        {"digit": "Handwritten digit", "china": "Photograph: temple", "flower": "Photograph: flower", "checkerboard": "Checkerboard",
         "edge": "Edge", "ramp": "Ramp", "noise": "Noise", "constant": "Constant 9", "file": "A file of your own"},
        suggests=_image_suggests, kind=STRUCTURAL, label="Image", help="The input: whole numbers, so that every sum can be checked by hand.",
    )
    path: str = text(
        "", names="file", read_when={"image": ("file",)}, suggests=lambda path: {"image": "file"} if path.strip() else {"image": "digit"},
        kind=STRUCTURAL, label="File", help="The path of an image of your own: PNG, JPEG or another common format.",
    )
    own_size: bool = switch(
        False, kind=STRUCTURAL, label="At its own size", when={"image": ("china", "flower", "file")},
        help="The photograph as a picture; off: shrunk to height × width, with its numbers.",
    )
    height: int = integer(
        8, 1, 64, kind=STRUCTURAL, label="Height", unit="cells", when=FLAT, suggests=lambda value: {"own_size": False}, help="Rows of the input; in one dimension its middle row is taken.",
    )
    width: int = integer(8, 1, 64, kind=STRUCTURAL, label="Width", unit="cells", suggests=lambda value: {"own_size": False}, help="Columns of the input.")
    in_channels: int = integer(1, 1, MOST_CHANNELS, kind=STRUCTURAL, label="Input channels", help="How many images lie on top of one another; a photograph has red, green and blue.")
    dimensions: int = integer(2, 1, 2, kind=STRUCTURAL, label="Dimensions", help="2: images; 1: signals, the middle row of the image.")
    out_channels: int = integer(1, 1, MOST_CHANNELS, kind=LIVE, label="Output channels", when={"operation": WITH_WEIGHTS}, help="How many filters there are, one output channel each; pooling keeps the channels.")
    groups: int = integer(1, 1, MOST_CHANNELS, kind=LIVE, label="Groups", when={"operation": WITH_WEIGHTS}, help="Each filter sees only its group's channels; as many groups as channels: depthwise.")
    kernel: str = choice(
        "sobel-x",
        {"identity": "Identity", "box": "Box (mean)", "gaussian": "Gaussian", "sharpen": "Sharpen", "sobel-x": "Sobel x (vertical edges)",
         "sobel-y": "Sobel y (horizontal edges)", "laplacian": "Laplacian", "emboss": "Emboss", "random": "Random", "learned": "Learned from digits", "custom": "Your own kernel"},
        kind=LIVE, label="Kernel", when={"operation": WITH_WEIGHTS}, help="The weights. Learned ones differ from filter to filter, random ones from channel to channel; the others are the same for each.",
    )
    kernel_values: str = text(
        "0 1 0; 1 -4 1; 0 1 0", most=40_000, reader=read_kernels, kind=LIVE, label="Kernel numbers", when={"operation": WITH_WEIGHTS, "kernel": ("custom",)},
        help="Rows separated by ; and kernels by |, which the channels of each filter take in turn. They give the kernel its size.",
    )
    kernel_height: int = integer(3, 1, LARGEST, kind=LIVE, label="Kernel height", suggests=lambda size: {"kernel_width": size}, when=FLAT, unless=(OWN_KERNEL, DIVIDED), help="Rows of the window; the width follows and can then be set by itself.")
    kernel_width: int = integer(3, 1, LARGEST, kind=LIVE, label="Kernel width", unless=(OWN_KERNEL, DIVIDED), help="Columns of the window.")
    stride_y: int = integer(1, 1, 8, kind=LIVE, label="Stride ↓", suggests=lambda stride: {"stride_x": stride}, when=FLAT, unless=DIVIDED, help="Rows from one window to the next; the stride across follows and can then be set by itself.")
    stride_x: int = integer(1, 1, 8, kind=LIVE, label="Stride →", unless=DIVIDED, help="Columns from one window to the next.")
    padding: str = choice(
        "valid", {"valid": "Valid (none)", "same": "Same (keeps the size at stride 1)", "full": "Full (every overlap)", "custom": "Custom"},
        kind=LIVE, label="Padding", unless=DIVIDED, help="What is put around the input; a transposed convolution cuts as much off its output instead.",
    )
    padding_y: int = integer(1, 0, 16, kind=LIVE, label="Padding ↕", suggests=lambda cells: {"padding_x": cells}, when={**FLAT, "padding": ("custom",)}, unless=DIVIDED, help="Rows above and below.")
    padding_x: int = integer(1, 0, 16, kind=LIVE, label="Padding ↔", when={"padding": ("custom",)}, unless=DIVIDED, help="Columns left and right.")
    padding_mode: str = choice(
        "zeros", {"zeros": "Zeros", "reflect": "Reflect", "replicate": "Replicate", "circular": "Circular"},
        kind=LIVE, label="Padded with", when={"operation": (CONVOLUTION,)}, help="What stands in the padding; pooling has −∞ there (maximum) or zeros (mean).",
    )
    dilation_y: int = integer(1, 1, 6, kind=LIVE, label="Dilation ↓", suggests=lambda gap: {"dilation_x": gap}, when={**FLAT, "operation": (*WITH_WEIGHTS, MAX_POOL)}, unless=DIVIDED, help="Rows from one tap of the kernel to the next.")
    dilation_x: int = integer(1, 1, 6, kind=LIVE, label="Dilation →", when={"operation": (*WITH_WEIGHTS, MAX_POOL)}, unless=DIVIDED, help="Columns from one tap of the kernel to the next.")
    output_padding: int = integer(0, 0, 7, kind=LIVE, label="Output padding", when={"operation": (TRANSPOSED,)}, help="Extra last rows and columns: which of the sizes that shrink to the same one.")
    windows: str = choice(
        "fixed", {"fixed": "Of one size (kernel and stride)", "adaptive": "Adaptive (as many as the output has cells)", "global": "Global (one over everything)"},
        kind=LIVE, label="Windows", when={"operation": POOLS}, help="Adaptive windows divide the input among them, whatever its size; where it does not divide they overlap.",
    )
    output_height: int = integer(3, 1, 64, kind=LIVE, label="Output height", suggests=lambda cells: {"output_width": cells}, when={**FLAT, "operation": POOLS, "windows": ("adaptive",)}, help="Rows of the output of an adaptive pooling.")
    output_width: int = integer(3, 1, 64, kind=LIVE, label="Output width", when={"operation": POOLS, "windows": ("adaptive",)}, help="Columns of the output of an adaptive pooling.")
    ceil_mode: bool = switch(False, kind=LIVE, label="Round the size up", when=WHOLE_POOL, help="ceil_mode: a last window may reach beyond the input, if it begins in it or in the padding before it.")
    count_include_pad: bool = switch(True, kind=LIVE, label="Padding counts", when={**WHOLE_POOL, "operation": (AVERAGE_POOL,)}, help="count_include_pad: the zeros of the padding are counted in a mean; off: a mean of the image's numbers alone.")
    causal: bool = switch(False, kind=LIVE, label="Causal", when={"operation": (CONVOLUTION,), "dimensions": (1,)}, help="All padding in front, which overrides the padding. With zeros or replicate an output then sees nothing that comes after it; reflect and circular padding bring later numbers in.")
    flip: bool = switch(False, kind=LIVE, label="Flip the kernel", when={"operation": WITH_WEIGHTS}, help="Convolution as mathematics defines it; off: cross-correlation, which frameworks call convolution.")
    bias: float = real(0.0, -100.0, 100.0, kind=LIVE, label="Bias", when={"operation": WITH_WEIGHTS}, help="Added to every output cell.")
    at_once: bool = switch(False, kind=LIVE, label="All cells at once", help="One step computes the whole output: no cell waits for another, the sweep is only a way of looking.")
    hide: bool = switch(False, kind=VIEW, label="Hide what is not computed", help="Cells of the output stay empty until their step; off: they are pale.")
    channel_in: int = integer(0, 0, MOST_CHANNELS - 1, kind=VIEW, label="Input channel shown", help="Counted from 0.")
    channel_out: int = integer(0, 0, MOST_CHANNELS - 1, kind=VIEW, label="Output channel shown", help="Counted from 0.")
    upstream: str = choice("ones", {"ones": "All ones", "cell": "One cell", "custom": "Your own numbers"}, kind=VIEW, label="Upstream gradient", help="∂L/∂output: what the backward pass begins with.")
    upstream_values: str = text("1", most=40_000, reader=read_numbers, kind=VIEW, label="Upstream numbers", when={"upstream": ("custom",)}, help="Rows separated by ; and channels by |, from the first cell on; zeros follow.")
    layers: int = integer(3, 1, 6, kind=VIEW, label="Layers in the stack", help="How many such layers the picture of the receptive field puts on top of one another.")
    stack_dilation: str = choice("same", {"same": "The same in every layer", "doubled": "Doubled from layer to layer"}, kind=VIEW, label="Dilation in the stack", when={"operation": (CONVOLUTION, MAX_POOL)}, help="Layers of one dilation leave gaps in what they see; doubled from 1 on they leave none.")
    shift_y: int = integer(0, -4, 4, kind=VIEW, label="Shift ↓", unit="cells", help="Moves the image in the picture of equivariance; what leaves comes in again on the other side.")
    shift_x: int = integer(1, -4, 4, kind=VIEW, label="Shift →", unit="cells", help="Moves the image in the picture of equivariance.")
    # fmt: on

    def input_shape(self) -> tuple[int, int, int] | None:
        """Return channels, rows and columns of the input; None for a file at its own size."""
        if self.own_size and self.image == "file":
            return None
        own = self.own_size and self.image in PHOTOGRAPHS
        height, width = PHOTOGRAPH_SIZE if own else (self.height, self.width)
        return self.in_channels, (1 if self.dimensions == 1 else height), width

    def verify(self) -> None:
        """Refuse what PyTorch refuses, with the inequality that fails."""
        if self.image == "file" and not self.path.strip():
            raise Refused("image = file is refused: set path to an image file first", about="path")
        shape = self.input_shape()
        if shape is not None:
            plan_of(self, shape)


_IN, _OUT = ("channel", "y", "x"), ("output channel", "output y", "output x")
_WEIGHT = ("filter", "filter channel", "kernel y", "kernel x")
_ALONE = "the maximum of a window that sees nothing but padding, whose cells are −∞"
_LARGE = "Empty where it would have more than a million numbers."

SCENE = Scene(
    title="Convolution",
    room="Convolution",
    question="What does a convolution compute?",
    symbols={"k": "kernel_height", "s": "stride_y", "p": "padding", "d": "dilation_y", "W": "matrix", "C": "matrix"},
    order=0,
    parameters=Params,
    first=("kernel", "padding", "stride_y"),
    steps=36,
    speed=5.0,
    progress="value",
    data=("image", "path", "own_size", "height", "width", "in_channels", "dimensions"),
    metrics={
        "row": "The row of the output cell that the step computed.",
        "column": "Its column.",
        "value": "Its value: the sum of the products and the bias, or the maximum or mean of the window.",
        "channel": "Its output channel.",
    },
    dimensions={"signal place": Dimension("place in the input")},
    arrays={
        "input": Array(_IN, "float32", "The input; one dimension is one row."),
        "weight": Array(_WEIGHT, "float32", "The weights, shaped as PyTorch shapes them: (out, in / groups, …), for a transposed convolution (in, out / groups, …); before flipping, empty for pooling."),
        "bias": Array(("output channel of the weights",), "float32", "The bias of each output channel, empty for pooling."),
        "result": Array(_OUT, "float32", "The complete output.", infinite=_ALONE),
        "output": Array(_OUT, "float32", "The cells computed so far.", nan="not computed yet", infinite=_ALONE),
        "window": Array(("tap", "row and column"), "int64", "Row and column of each input under the window of the last computed cell, at step 0 of the one that is worked out then; below 0 or beyond the input: padding."),
        "upstream": Array(_OUT, "float32", "The upstream gradient ∂L/∂output."),
        "grad_input": Array(_IN, "float32", "∂L/∂input, by autograd."),
        "grad_weight": Array(_WEIGHT, "float32", "∂L/∂weight, by autograd; shaped as the weight."),
        "grad_bias": Array(("output channel of the weights",), "float32", "∂L/∂bias, by autograd."),
        "stride_one": Array(("output channel", "dense y", "dense x"), "float32", "The same operation at stride 1; a stride keeps every s-th row and column of it, unless the operation is transposed or adaptive.", infinite=_ALONE),
        "matrix": Array(("output cell", "input cell"), "float32", slow=True, meaning=f"The operation as a matrix: the derivative of each output cell in each input. {_LARGE}"),
        "gram": Array(("input cell", "input cell again"), "float32", slow=True, meaning=f"The matrix' transpose times the matrix; the identity only if the transpose undid the operation. {_LARGE}"),
        "round_trip": Array(_IN, "float32", "The transpose of the operation applied to its output, without bias."),
        "shifted_input": Array(_IN, "float32", "The input moved by the shift, cyclically."),
        "shifted_result": Array(_OUT, "float32", "The output for the moved input.", infinite=_ALONE),
        "pooled": Array(("output channel", "pooled y", "pooled x"), "float32", "The output after 2 × 2 max pooling, empty where it is smaller.", infinite=_ALONE),
        "shifted_pooled": Array(("output channel", "pooled y", "pooled x"), "float32", "The same for the moved input.", infinite=_ALONE),
    },
)  # fmt: skip

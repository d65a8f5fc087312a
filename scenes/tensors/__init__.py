"""Tensors: a shape and strides over one stretch of memory, and what follows from that."""

from explainer.contract import LIVE, STRUCTURAL, VIEW, Array, Parameters, Scene, Verb, choice, integer, real, text
from explainer.contract.cards import Dimension
from explainer.scenes.tensors.program import MOST_ELEMENTS, Program, read_pair, read_program

EXAMPLES = {
    "transpose": "Transpose, reshape, slice",
    "slice": "Slices",
    "expand": "Expand: stride 0",
    "copies": "What copies",
    "batch": "Three axes",
    "own": "Operations of your own",
}
PROGRAMS = {
    "transpose": "x.t(); x.reshape(2, 6); x[:, ::2]; x.flatten()",
    "slice": "x[1:]; x[:, ::2]; x.contiguous()",
    "expand": "x[:, 1:2]; x.expand(3, 5); x.flatten()",
    "copies": "x[1:, 1:]; x[[0, 1]]; x.flip(1); x.clone()",
    "batch": "arange(24).view(2, 3, 4); x.permute(0, 2, 1); x.unsqueeze(1); x.flatten(2)",
}
EQUATIONS = {
    "ij,jk->ik": "ij,jk→ik · matrix product",
    "ij->ji": "ij→ji · transpose",
    "ii->i": "ii→i · diagonal",
    "ij,ij->": "ij,ij→ · sum of products",
    "i,j->ij": "i,j→ij · outer product",
    "bij,bjk->bik": "bij,bjk→bik · batch of products",
}
PRECISIONS = {"float32": "float32", "bfloat16": "bfloat16", "float16": "float16"}
POINTS = 32


class Params(Parameters):
    """What can be set, in the order of the controls."""

    example: str = choice("transpose", EXAMPLES, kind=STRUCTURAL, label="Operations", help="What is done to x.")
    program: str = text(
        "x.t(); x[1:]; x.view(9)",
        kind=STRUCTURAL, label="Your operations", when={"example": ("own",)},
        help="x is 3 × 4, or begin with arange(24).view(2, 3, 4). Methods of a tensor, .T, and x[1:, ::2].",
    )
    pair: str = text(
        "(3, 1) + (4,)", kind=VIEW, label="Two shapes", help="Shapes to broadcast, with +, − or * between them."
    )
    equation: str = choice("ij,jk->ik", EQUATIONS, kind=VIEW, label="einsum", help="Which letters run over what.")
    number: float = real(0.1, -100000.0, 100000.0, kind=VIEW, label="A number", help="Stored in each dtype.")
    targets: str = choice(
        "column", {"column": "(32, 1)", "flat": "(32,)"},
        kind=STRUCTURAL, label="Shape of the targets", help="Predictions of the regression are (32, 1).",
    )
    precision: str = choice(
        "float32", PRECISIONS, kind=STRUCTURAL, label="dtype of the regression", help="Of its data and weights."
    )
    lr: float = real(0.1, 1e-4, 1.0, log=True, kind=LIVE, label="Learning rate η", help="Of the regression.")

    @property
    def source(self) -> str:
        """The program in force."""
        return self.program if self.example == "own" else PROGRAMS[self.example]

    @property
    def read(self) -> Program:
        """The program as a list of operations."""
        return read_program(self.source)

    def verify(self) -> None:
        """Refuse what cannot be read."""
        read_program(self.source)
        read_pair(self.pair)


def grid(name: str, told: str, nan: str = "") -> Array:
    """Return a tensor as it is drawn: leading axes one below the other."""
    return Array((f"{name}_row", f"{name}_column"), "float32", told, nan=nan)


SCENE = Scene(
    title="Tensors",
    room="Foundations",
    question="What is a tensor, really?",
    parameters=Params,
    first=("example", "program"),
    steps=60,
    speed=1.0,
    progress="mse",
    pictured=1,
    symbols={"η": "lr"},
    metrics={
        "copied": "Numbers that the last operation has copied; 0 for a view.",
        "elements": "Numbers that x has by its shape.",
        "cells": "Numbers in the memory below x.",
        "loss": "The regression's loss as it is written, of the two shapes, before the update.",
        "mse": "What it should be: the mean of (prediction − its own target)², before the update.",
    },
    arrays={
        "tensor": Array(("row", "column"), "float32", "x; leading axes one below the other."),
        "places": Array(("row", "column"), "int64", "The memory cell of each element."),
        "memory": Array(("one", "cell"), "float32", "The memory below x, in its order."),
        "first_memory": Array(("one", "first_cell"), "float32", "The memory of the first tensor."),
        "shares": Array(("one",), "bool", "Whether x still lies over the first memory."),
        "lines_done": Array(("one",), "int64", "How many operations have been done."),
        "written": Array(("operation",), "<U60", "The operations."),
        "shapes": Array(("operation",), "<U32", "Shapes after them; – where they are to come."),
        "strides": Array(("operation",), "<U32", "Strides: cells from one element to the next along each axis."),
        "offsets": Array(("operation",), "<U8", "The cell of the first element."),
        "contiguous": Array(("operation",), "<U8", "Whether its elements lie in memory in their order."),
        "became": Array(("operation",), "<U240", "A view, a copy, or what PyTorch says."),
        "left": grid("left", "The left operand, stretched where it is."),
        "right": grid("right", "The right operand, stretched where it is."),
        "combined": grid("combined", "The result.", nan="the shapes cannot be broadcast"),
        "left_repeated": Array(("left_row", "left_column"), "bool", "Which elements are repetitions."),
        "right_repeated": Array(("right_row", "right_column"), "bool", "Which elements are repetitions."),
        "axes": Array(("axis",), "<U8", "Axes counted from the right."),
        "aligned": Array(("operand", "axis"), "<U24", "Sizes of both shapes and of the result, by axis."),
        "pair_said": Array(("one",), "<U200", "The shape of the result, or what PyTorch says."),
        "x": Array(("point",), "float32", "The regression's inputs, in order."),
        "wanted": Array(("point",), "float32", "Its targets."),
        "prediction": Array(("point",), "float32", "Its predictions.", nan="not a number", infinite="too large"),
        "dtypes": Array(("dtype",), "<U16", "dtypes."),
        "bits": Array(("dtype",), "int64", "Bits of a number."),
        "largest": Array(("dtype",), "float64", "The largest number."),
        "smallest": Array(("dtype",), "float64", "The smallest positive normal number."),
        "eps": Array(("dtype",), "float64", "From 1 to the next number."),
        "stored": Array(("dtype",), "float64", "The number as it is stored.", nan="beyond the range",
                        infinite="beyond the range"),
        "made": Array(("leaf",), "<U60", "How a tensor is made."),
        "is_leaf": Array(("leaf",), "<U8", "Whether it is a leaf."),
        "requires_grad": Array(("leaf",), "<U8", "Whether autograd follows it."),
        "grad_fn": Array(("leaf",), "<U24", "The operation that made it."),
        "grad": Array(("leaf",), "<U24", "Its .grad after backward()."),
        "device_written": Array(("statement",), "<U60", "Statements about devices."),
        "device_said": Array(("statement",), "<U140", "What PyTorch answers; those for a GPU are run where there is one."),
        "loops": Array(("loop",), "<U60", "The einsum as loops."),
        "einsum": Array(("sum_row", "sum_column"), "float32", "What torch.einsum gives."),
        "looped": Array(("sum_row", "sum_column"), "float32", "What the loops give."),
        "ways": Array(("way",), "<U60", "One network, three ways."),
        "outputs": Array(("way", "output"), "float32", "What each gives for the same two inputs."),
        "takes": Array(("way",), "<U60", "What each takes and returns."),
    },
    dimensions={
        "row": Dimension("row"),
        "column": Dimension("column"),
        "cell": Dimension("cell"),
        "first_cell": Dimension("cell"),
        "operation": Dimension("", "written"),
        "axis": Dimension("axis", "axes"),
        "point": Dimension("x", at="x"),
        "dtype": Dimension("dtype", "dtypes"),
        "way": Dimension("", "ways"),
        "sum_row": Dimension("row"),
        "sum_column": Dimension("column"),
        "output": Dimension("", ("score 0", "score 1", "score 2", "value")),
    },
    actions={
        "write": Verb(
            "Write a number into an element of x, in place.",
            {
                "index": integer(0, 0, MOST_ELEMENTS - 1, label="Element, counted in the order of rows"),
                "value": real(0.0, -999.0, 999.0, label="Value"),
            },
            label="Write an element",
            replaces=("index",),
        ),
    },
    order=15,
)  # fmt: skip

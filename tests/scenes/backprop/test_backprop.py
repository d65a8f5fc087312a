"""Backpropagation against torch.autograd of the program run as Python, finite differences, and hand-made cases."""

import math
import random
import re

import numpy as np
import pytest
import sympy
import torch

from explainer import Refused, Run
from explainer.export import metrics_csv
from explainer.scenes.backprop import PROGRAMS
from explainer.scenes.backprop.program import lines_of, read_program
from explainer.scenes.backprop.recorded import count
from tests.scenes.backprop.measured import pytorchs
from tests.scripts import outputs

FUNCTIONS = {name: getattr(torch, name) for name in ("tanh", "sigmoid", "relu", "exp", "log", "sqrt", "sin", "cos")}


def by_torch(text, values=None):
    """Return output and gradients of the leaves, of the program run as Python by torch."""
    names = dict(FUNCTIONS)
    lines, leaves = lines_of(text).splitlines(), {}
    for line in lines[:-1]:
        name, _, expression = (part.strip() for part in line.partition("="))
        found = eval(expression, names)
        if isinstance(found, int | float):
            given = values[len(leaves)] if values is not None else found
            found = leaves[name] = torch.tensor(float(given), dtype=torch.float64, requires_grad=True)
        names[name] = found
    output = eval(lines[-1], names)
    gradients = torch.autograd.grad(output, list(leaves.values()), allow_unused=True)
    return float(output.detach()), [0.0 if each is None else float(each) for each in gradients]


def random_program(seed):
    """Return a program of three leaves and some random operations that stay finite."""
    chance = random.Random(seed)
    lines = [f"{name} = {chance.uniform(-1.5, 1.5):.3f}" for name in "abc"]
    known = ["a", "b", "c"]
    for number in range(chance.randint(2, 7)):
        one, two = chance.choice(known), chance.choice(known)
        expression = chance.choice([
            f"{one} * {two}", f"{one} + {two}", f"{one} - {two}", f"tanh({one})", f"sin({one} * 2)", f"sigmoid({two})",
            f"{one} / ({two} ** 2 + 1)", f"exp(-{one} ** 2)", f"log({one} ** 2 + 0.5)", f"sqrt({two} ** 2 + 0.1)",
            f"{one}.relu()", f"3 - {two}",
        ])  # fmt: skip
        lines.append(f"h{number} = {expression}")
        known.append(f"h{number}")
    return "; ".join([*lines, f"{known[-1]} + {chance.choice(known)} * 0.5"])


@pytest.mark.parametrize("text", [*PROGRAMS.values(), *(random_program(seed) for seed in range(30))])
def test_a_whole_pass_gives_torchs_gradient(text):
    run = Run("backprop", graph="own", program=text)
    program = run.params.read
    count = len(program.operations)
    run.step(2 * count)
    found = run.arrays("values", "gradients", "exact")
    output, gradients = by_torch(text)
    assert found["values"][-1] == pytest.approx(output, rel=1e-12, abs=1e-15)
    np.testing.assert_allclose(found["exact"], gradients, rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(
        np.nan_to_num(found["gradients"][list(program.leaves)]), gradients, rtol=1e-9, atol=1e-12
    )


def test_the_pass_goes_forwards_then_backwards_then_updates_the_weights_alone():
    run = Run("backprop", graph="neuron", lr=0.5)
    count = len(run.params.read.operations)
    leaves = run.arrays("leaf_values")["leaf_values"].copy()
    for done in range(1, count + 1):
        run.step(1)
        assert np.isfinite(run.arrays("values")["values"]).sum() == len(leaves) + done
        assert np.isnan(run.arrays("gradients")["gradients"]).all()
    run.step(count)
    gradient = run.arrays("exact")["exact"]
    run.step(1)
    names = run.arrays("leaf_names")["leaf_names"]
    moved = run.arrays("leaf_values")["leaf_values"]
    expected = [v if str(name)[0] in "xt" else v - 0.5 * g for name, v, g in zip(names, leaves, gradient, strict=True)]
    np.testing.assert_allclose(moved, expected, rtol=1e-12)
    assert run.metrics["pass"][-1] == 1
    assert run.metrics["output"][-1] < run.metrics["output"][0]


def test_what_is_sent_is_local_times_arriving_and_is_written_on_the_edges():
    run = Run("backprop", graph="branch")
    run.step(5)  # back through + and ×
    found = run.arrays("names", "inputs", "locals", "sent", "gradients", "edge_words", "edges")
    assert [str(found["names"][k]) for k in found["inputs"]] == ["s = sin", "a"]
    np.testing.assert_allclose(found["locals"], [1.5, math.sin(1.5)])
    np.testing.assert_allclose(found["sent"], [1.5, math.sin(1.5)])
    np.testing.assert_allclose(found["gradients"][:2], [math.sin(1.5), 2.5])
    words = [str(each) for each in found["edge_words"]]
    assert words.count("") == len(words) - 2
    assert "1.5 × 1 = 1.5" in words


def test_the_nudge_is_a_central_difference_in_both_precisions():
    run = Run("backprop", leaf=5, epsilon=1e-4)
    found = run.arrays("nudged", "nudge_errors", "epsilons", "exact", "leaf_values")

    def at(epsilon):
        ends = []
        for sign in (1, -1):
            values = found["leaf_values"].copy()
            values[5] += sign * epsilon
            ends.append(by_torch(PROGRAMS["network"], values)[0])
        return (ends[0] - ends[1]) / (2 * epsilon)

    assert found["nudged"][0] == pytest.approx(at(1e-4), rel=1e-9)
    assert found["nudged"][1] == found["exact"][5]
    large = found["epsilons"] > 1e-3
    errors = [abs(at(e) - found["exact"][5]) for e in found["epsilons"][large]]
    np.testing.assert_allclose(found["nudge_errors"][0, large], errors, rtol=1e-4, atol=1e-12)
    np.testing.assert_array_equal(run.arrays("leaf_values")["leaf_values"], found["leaf_values"])


def test_names_and_saved_tensors_are_autograds():
    found = Run("backprop", graph="neuron").arrays("names", "grad_fn", "saved")
    told = {str(n): (str(g), str(s)) for n, g, s in zip(found["names"], found["grad_fn"], found["saved"], strict=True)}
    assert told["p = sigmoid"] == ("SigmoidBackward0", "result")
    assert told["×"] == ("MulBackward0", "other, self")
    assert told["+"] == ("AddBackward0", "")
    assert told["^ 2"] == ("PowBackward0", "self")


def test_what_pytorch_says_is_what_it_says():
    run = Run("backprop")
    found = run.arrays("written", "said")
    said = dict(zip(found["written"].tolist(), found["said"].tolist(), strict=True))
    x = torch.tensor(3.0, requires_grad=True)
    with pytest.raises(RuntimeError) as raised:
        x.add_(1)
    assert said["x.add_(1), x a leaf"] == f"RuntimeError: {raised.value}"
    assert "a second time" in said["y = x ** 2; y.backward(); y.backward()"]
    with pytest.raises(torch.fx.proxy.TraceError) as traced:
        torch.fx.symbolic_trace(lambda x: x if x > 0 else -x)
    assert said["torch.fx.symbolic_trace(lambda x: x if x > 0 else -x)"] == f"TraceError: {traced.value}"
    assert "modified by an inplace operation" in said["y = x.exp(); z = y ** 2; y.add_(1); z.backward()"]


@pytest.mark.parametrize("text", [*PROGRAMS.values(), *(random_program(seed) for seed in range(5))])
def test_torch_fx_records_the_program_call_by_call(text):
    run = Run("backprop", graph="own", program=text)
    found = run.arrays("names", "traced_nodes", "traced_ops", "traced_names", "traced_targets", "traced_arguments")
    program, names = run.params.read, run.arrays("leaf_names")["leaf_names"].tolist()
    written = re.sub(r"-(?=log|\w \*\*)", "-1 * ", re.sub(r"(\w+)\.relu\(\)", r"relu(\1)", lines_of(text)))
    body = [line for line in written.splitlines() if line.partition("=")[0].strip() not in names]
    function = {"torch": torch, "relu": torch.relu} | FUNCTIONS
    lines = "\n    ".join([*body[:-1], f"return {body[-1]}"])
    exec(f"def f({', '.join(names)}):\n    {lines}", function)
    nodes = list(torch.fx.symbolic_trace(function["f"]).graph.nodes)
    assert found["traced_ops"].tolist() == [node.op for node in nodes]
    assert found["traced_names"].tolist() == [node.name for node in nodes]
    called = [repr(node.target) for node in nodes if node.op == "call_function"]
    told = [each.rpartition(".")[2] for each in found["traced_targets"].tolist() if each]
    assert all(name in target for name, target in zip(told, called, strict=True))
    assert [len(each.split(", ")) for each in found["traced_arguments"][len(names) :].tolist()] == [
        *(len(program.nodes[k].arguments) for k in program.operations),
        1,
    ]
    assert run.arrays("replayed")["replayed"][0] == by_torch(text)[0]
    moved = [value + 0.1 for value in run.arrays("leaf_values")["leaf_values"]]
    for index, value in enumerate(moved):
        run.act("set_leaf", index=index, value=value)
    assert run.arrays("replayed")["replayed"][0] == pytest.approx(by_torch(text, moved)[0], rel=1e-12)


def test_checkpoints_keep_and_need_what_the_arithmetic_says_and_change_no_gradient():
    found = Run("backprop").arrays("pieces", "bytes_kept", "bytes_most", "layers_computed", "gradient_off")
    tensor, layers = 64 * 64 * 4, 16
    pieces = [int(each) for each in found["pieces"][1:]]
    assert found["bytes_kept"].tolist() == [(layers + 1) * tensor, *(k * tensor for k in pieces)]
    most = [k + layers // k for k in pieces]  # the kept inputs, and one piece's results
    assert found["bytes_most"].tolist() == [(layers + 1) * tensor, *(each * tensor for each in most)]
    assert found["layers_computed"].tolist() == [layers, *(2 * layers for _ in pieces)]
    assert not found["gradient_off"].any()


@pytest.mark.deep  # torch.utils.checkpoint imports for seconds
def test_checkpointing_is_pytorchs():
    for pieces in (2, 8):
        ours = count(pieces)
        for reentrant in (True, False):
            gradients, computed = pytorchs(pieces, reentrant)
            assert torch.equal(torch.stack(gradients), ours.gradient)
            assert computed == (ours.layers if reentrant else ours.layers - pieces)


@pytest.mark.parametrize("graph", PROGRAMS)
def test_the_gradient_is_that_of_the_formula_differentiated_by_sympy(graph):
    found = Run("backprop", graph=graph).arrays("leaf_names", "leaf_values", "exact")
    symbols = {str(name): sympy.Symbol(str(name), real=True) for name in found["leaf_names"]}
    names = symbols | {
        "tanh": sympy.tanh, "exp": sympy.exp, "log": sympy.log, "sqrt": sympy.sqrt, "sin": sympy.sin,
        "sigmoid": lambda z: 1 / (1 + sympy.exp(-z)),
    }  # fmt: skip
    lines = [line for line in lines_of(PROGRAMS[graph]).splitlines() if line.partition("=")[0].strip() not in symbols]
    exec("\n".join(lines[:-1]), names)
    output, at = eval(lines[-1], names), dict(zip(symbols.values(), found["leaf_values"].tolist(), strict=True))
    derivatives = [float(output.diff(symbol).subs(at)) for symbol in symbols.values()]
    np.testing.assert_allclose(found["exact"], derivatives, rtol=1e-9, atol=1e-12)


def test_a_leaf_that_is_dragged_moves_values_and_gradients():
    run = Run("backprop", graph="branch")
    run.step(6)
    run.act("set_leaf", index=0, value=0.5)
    found = run.arrays("values", "exact")
    output, gradients = by_torch(PROGRAMS["branch"], [0.5])
    assert found["values"][-1] == pytest.approx(output)
    np.testing.assert_allclose(found["exact"], gradients)


def test_scripts_print_the_very_numbers(tmp_path):
    runs = []
    for graph in PROGRAMS:
        run = Run("backprop", graph=graph)
        run.step(30)
        run.act("set_leaf", index=1 if graph != "branch" else 0, value=0.75)
        run.set(lr=0.1)
        run.step(60)
        run.execution.recorder.flush()
        runs.append(run)
    printed = outputs([run.script() for run in runs], tmp_path)
    assert printed == [metrics_csv.encode(run.execution.recorder.series, 90).decode() for run in runs]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a = 2; a * b", "b has no value yet; begin with b = 1"),
        ("a = 2; a **", "cannot be read"),
        ("a = 2; b = 3", "it computes nothing"),
        ("2 * 3", "plain number"),
        ("a = 2; b = 3; a ** b", "an exponent must be a number"),
        ("a = 2; print(a)", "is not known; there are"),
        ("a = 2; __import__('os')", "is not known; there are"),
        ("a = 2; a if a else a", "is not known"),
        ("import os; a = 2; a * a", "is neither name = expression nor the output"),
        ("a = 2; a * (1 / 0)", "is no number"),
        ("", "it computes nothing"),
        ("; ".join(["a = 2", *(f"b{k} = a * a" for k in range(60)), "a * a"]), "more than 48 nodes"),
    ],
)
def test_a_program_that_cannot_be_is_refused_in_a_line(text, said):
    with pytest.raises(Refused) as refused:
        read_program(text)
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)

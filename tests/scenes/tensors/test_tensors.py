"""Tensors against NumPy's strides, torch itself, and plain loops."""

import numpy as np
import pytest
import torch

from explainer import Refused, Run
from explainer.export import metrics_csv
from explainer.scenes.tensors import EQUATIONS, PROGRAMS
from explainer.scenes.tensors.program import read_pair, read_program
from tests.scripts import outputs


def by_numpy(start, text):
    """Return start shape's arange after the operations, as NumPy makes it."""
    x = np.arange(np.prod(start), dtype=np.float32).reshape(start)
    return x, eval(f"x{text}", {"x": x})


@pytest.mark.parametrize(
    ("torchs", "numpys"),
    [
        ("x.t()", ".T"),
        ("x.transpose(0, 1)", ".transpose(1, 0)"),
        ("x.permute(1, 0)", ".transpose(1, 0)"),
        ("x[1:]", "[1:]"),
        ("x[1:, ::2]", "[1:, ::2]"),
        ("x[:, 1]", "[:, 1]"),
        ("x[:, None]", "[:, None]"),
        ("x[..., -1]", "[..., -1]"),
        ("x.reshape(2, 6)", ".reshape(2, 6)"),
        ("x.t().reshape(2, 6)", ".T.reshape(2, 6)"),
        ("x[[0, 2]]", "[[0, 2]]"),
        ("x.diagonal()", ".diagonal()"),
        ("x.clone()", ".copy()"),
        ("arange(24).view(2, 3, 4); x.permute(2, 0, 1)", ".transpose(2, 0, 1)"),
    ],
)
def test_shape_strides_and_whether_memory_is_shared_are_numpys(torchs, numpys):
    run = Run("tensors", example="own", program=torchs)
    program = run.params.read
    run.step(len(program.operations))
    found = run.arrays("shapes", "strides", "tensor", "memory", "places", "shares")
    first, expected = by_numpy(program.start, numpys)
    assert found["shapes"][-1] == str(expected.shape)
    np.testing.assert_array_equal(found["tensor"].ravel(), expected.ravel())
    assert bool(found["shares"][0]) == np.shares_memory(first, expected)
    if found["shares"][0]:
        strides = eval(str(found["strides"][-1]))
        pairs = zip(strides, expected.strides, expected.shape, strict=True)
        assert all(own == other // 4 for own, other, size in pairs if size > 1)  # an axis of one has any stride
    np.testing.assert_array_equal(found["memory"][0][found["places"]], found["tensor"])


@pytest.mark.parametrize("example", PROGRAMS)
def test_what_is_said_of_each_operation_is_torchs(example):
    run = Run("tensors", example=example)
    program = run.params.read
    x = torch.arange(float(np.prod(program.start))).reshape(program.start)
    for number, operation in enumerate(program.operations, 1):
        before, x = x, eval(f"x{operation.written}", {"x": x})
        run.step(1)
        found = run.arrays("shapes", "strides", "offsets", "contiguous")
        told = [str(found[name][number]) for name in ("shapes", "strides", "offsets")]
        assert told == [str(tuple(x.shape)), str(x.stride()), str(x.storage_offset())]
        assert found["contiguous"][number] == ("yes" if x.is_contiguous() else "no")
        copied = 0 if x.untyped_storage().data_ptr() == before.untyped_storage().data_ptr() else x.numel()
        assert run.metrics["copied"][-1] == copied
    run.step(1)
    assert run.arrays("lines_done")["lines_done"][0] == 0


def test_what_is_written_into_a_view_is_in_the_first_memory_and_into_a_copy_is_not():
    run = Run("tensors", example="slice")
    run.step(2)
    run.act("write", index=3, value=99.0)
    found = run.arrays("tensor", "first_memory")
    assert found["tensor"][1, 1] == 99
    assert found["first_memory"][0, 10] == 99
    run.step(1)
    run.act("write", index=0, value=-5.0)
    found = run.arrays("tensor", "first_memory")
    assert found["tensor"][0, 0] == -5
    assert found["first_memory"][0, 4] == 4
    with pytest.raises(Refused, match="elements 0 to 3"):
        run.act("write", index=4, value=0.0)
    run.step(1)
    np.testing.assert_array_equal(run.arrays("memory")["memory"][0], np.arange(12))


def test_one_cell_of_an_expanded_tensor_is_all_its_elements():
    run = Run("tensors", example="expand")
    run.step(2)
    run.act("write", index=6, value=42.0)
    np.testing.assert_array_equal(run.arrays("tensor")["tensor"][1], [42] * 5)
    assert [note.name for note in run.notes] == ["shared-cells"]


def test_what_torch_refuses_is_told_in_its_words_and_leaves_x_as_it_is():
    run = Run("tensors", example="own")
    run.step(3)
    found = run.arrays("became", "shapes")
    with pytest.raises(RuntimeError) as raised:
        torch.arange(12).view(3, 4).t()[1:].view(9)
    assert found["became"][-1] == f"RuntimeError: {raised.value}"
    assert found["shapes"][-1] == found["shapes"][-2]
    assert "refused" in [note.name for note in run.notes]


@pytest.mark.parametrize(
    "pair", ["(3, 1) + (4,)", "(3, 4) + (3,)", "(2, 1, 3) - (4, 1)", "(4, 1) - (4,)", "(1,) * (5,)", "() + (3,)"]
)
def test_broadcasting_is_numpys(pair):
    one, sign, two = read_pair(pair)
    a, b = 10.0 * np.arange(np.prod(one, dtype=int)).reshape(one), np.arange(np.prod(two, dtype=int)).reshape(two)
    found = Run("tensors", pair=pair).arrays("combined", "pair_said", "aligned", "left", "left_repeated")
    try:
        expected = a + b if sign == "+" else a - b if sign == "−" else a * b
    except ValueError:
        assert np.isnan(found["combined"]).all()
        assert "≠" in "".join(found["aligned"][2])
        return
    np.testing.assert_array_equal(found["combined"].ravel(), expected.ravel())
    assert found["pair_said"][0] == str(expected.shape)
    assert [int(size) for size in found["aligned"][2]] == list(expected.shape)
    assert (~found["left_repeated"]).sum() == a.size


@pytest.mark.parametrize("equation", EQUATIONS)
def test_loops_give_what_einsum_gives(equation):
    found = Run("tensors", equation=equation).arrays("einsum", "looped", "loops")
    np.testing.assert_array_equal(found["einsum"], found["looped"])
    sizes = {"b": 2, "i": 3, "j": 4, "k": 2}
    given, kept = equation.split("->")
    names = {
        name: np.arange(np.prod([sizes[c] for c in own])).reshape([sizes[c] for c in own])
        for name, own in zip("xy", given.split(","), strict=False)
    }
    names["result"] = np.zeros([sizes[c] for c in kept] or [1])
    code = "\n".join(found["loops"].tolist()).replace("result +=", "result[0] +=")
    exec(code, names)
    np.testing.assert_array_equal(names["result"].ravel(), found["einsum"].ravel())


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_targets_of_another_shape_give_every_point_the_mean(seed):
    wrong, right = (Run("tensors", seed=seed, targets=shape) for shape in ("flat", "column"))
    wrong.step(200)
    right.step(200)
    found = right.arrays("x", "wanted", "prediction")
    expected = np.polyval(np.polyfit(found["x"], found["wanted"], 1), found["x"])
    np.testing.assert_allclose(found["prediction"], expected, atol=1e-4)
    found = wrong.arrays("wanted", "prediction")
    np.testing.assert_allclose(found["prediction"], found["wanted"].mean(), atol=1e-3)
    assert wrong.notes[0].name == "every-pair"
    assert not right.notes


def test_numbers_are_stored_as_by_hand_and_ranges_are_known():
    found = Run("tensors", number=0.1).arrays("dtypes", "stored", "largest", "eps", "bits")
    told = dict(zip(found["dtypes"].tolist(), found["stored"], strict=True))
    assert told["float16"] == float(np.float16(0.1))
    assert told["float32"] == float(np.float32(0.1))
    assert told["bfloat16"] == float(
        (np.array([0.1], np.float32).view(np.uint32) + 0x8000 & 0xFFFF0000).astype(np.uint32).view(np.float32)[0]
    )
    assert told["int8"] == 0
    beyond = Run("tensors", number=300.0).arrays("stored")["stored"]
    assert np.isnan(beyond[-2])
    assert np.isnan(beyond[-1])
    assert dict(zip(found["dtypes"].tolist(), found["largest"], strict=True))["float8_e4m3fn"] == 448


def test_leaves_are_those_that_no_operation_made():
    found = Run("tensors").arrays("made", "is_leaf", "requires_grad", "grad")
    told = {str(m): (str(a), str(b), str(c)) for m, a, b, c in zip(*found.values(), strict=True)}
    assert told["y = w * 2"] == ("no", "yes", "None")
    assert told["w = torch.tensor(3.0, requires_grad=True)"] == ("yes", "yes", "6")
    assert told["c * 2"] == ("yes", "no", "None")


def test_what_is_said_of_devices_is_what_pytorch_answers_to_the_line_as_it_is_written():
    found = Run("tensors").arrays("device_written", "device_said")
    for written, said in zip(found["device_written"].tolist(), found["device_said"].tolist(), strict=True):
        x, layer = torch.arange(12, dtype=torch.float32).view(3, 4), torch.nn.Linear(4, 2)
        names = {"torch": torch, "nn": torch.nn, "x": x, "m": x.to("meta"), "layer": layer,
                 "layer_on_meta": torch.nn.Linear(4, 2, device="meta")}  # fmt: skip
        if said == "not run: there is no GPU here":
            assert not torch.cuda.is_available()
            assert '"cuda"' in written
            continue
        try:
            value = eval(written, names)
        except (RuntimeError, AssertionError, TypeError) as error:
            assert said == f"{type(error).__name__}: " + str(error).split("\n")[0]
            continue
        if isinstance(value, tuple):
            assert said.startswith(f"{tuple(value[0])}, {value[1]}, {value[2]}: ")
        elif isinstance(value, torch.nn.Module):
            weights, device = value.weight.numel(), value.weight.device
            assert said.startswith(f"{weights:,} weights made, 40 GB" if device.type == "meta" else f"on {device}, ")
        else:
            assert said == str(value)


def test_one_network_three_ways_gives_the_same_numbers():
    run = Run("tensors", seed=4)
    found = run.arrays("outputs")["outputs"]
    np.testing.assert_allclose(found, found[:1].repeat(3, 0), rtol=1e-5, atol=1e-6)
    network = run.execution.experiment.network
    inputs = run.execution.experiment.inputs.numpy()
    weights = {name: each.detach().numpy() for name, each in network.named_parameters()}
    hidden = np.tanh(weights["body.weight"] @ inputs + weights["body.bias"])
    np.testing.assert_allclose(
        found[1, :3], weights["scores.weight"] @ hidden + weights["scores.bias"], rtol=1e-4, atol=1e-6
    )


def test_what_the_lesson_says_of_numpy_is_so():
    array = np.arange(4.0)
    assert np.shares_memory(array, array[::-1])
    assert array[::-1].strides == (-8,)
    assert torch.from_numpy(array).data_ptr() == array.ctypes.data
    x = torch.arange(4.0)
    assert x.flip(0).data_ptr() != x.data_ptr()
    with pytest.raises(ValueError, match="greater than zero"):
        x[::-1]
    with pytest.warns(UserWarning, match="target size"):
        torch.nn.functional.mse_loss(torch.zeros(4, 1), torch.zeros(4))


def test_scripts_print_the_very_numbers(tmp_path):
    runs = []
    for settings in ({"example": "slice"}, {"example": "own"}, {"targets": "flat", "precision": "bfloat16"}):
        run = Run("tensors", **settings)
        run.step(2)
        run.act("write", index=1, value=7.0)
        run.set(lr=0.05)
        run.step(18)
        run.execution.recorder.flush()
        runs.append(run)
    printed = outputs([run.script() for run in runs], tmp_path)
    assert printed == [metrics_csv.encode(run.execution.recorder.series, 20).decode() for run in runs]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "does nothing"),
        ("x", "does nothing"),
        ("x.storage()", "storage is not listed"),
        ("y.t()", "is not the tensor x"),
        ("x.t(", "cannot be read"),
        ("x[1.5]", "is no whole number"),
        ("x.t(); x.view(dtype=3)", "is not the tensor x"),
        ("import os", "is neither an operation"),
        ("x.repeat(64, 64)", "repeats more than"),
        ("arange(12).view(5, 5)", "begin with arange"),
        ("arange(10000).flatten()", "begin with arange"),
        ("; ".join(["x.t()"] * 20), "at most 12"),
        ("__import__('os').system(1)", "is not listed"),
    ],
)
def test_a_program_that_cannot_be_is_refused_in_a_line(text, said):
    with pytest.raises(Refused) as refused:
        read_program(text)
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)


def test_shapes_that_cannot_be_read_are_refused():
    for text in ("", "3 + 4", "(3, 1)", "(0,) + (1,)", "(9, 9) + (1,)", "(1, 1, 1, 1, 1) + (1,)", "(True,) + (1,)"):
        with pytest.raises(Refused, match="write two shapes"):
            read_pair(text)

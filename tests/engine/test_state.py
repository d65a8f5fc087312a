from collections import OrderedDict, namedtuple
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from torch import nn

from explainer.engine.state import capture, nbytes, restore

Pair = namedtuple("Pair", "left right")


def network():
    return nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.Linear(4, 1))


def train(owner, steps=3):
    for _ in range(steps):
        owner.optimizer.zero_grad()
        owner.model(torch.randn(8, 3)).square().mean().backward()
        owner.optimizer.step()
        owner.schedule.step()


@pytest.fixture
def owner():
    torch.manual_seed(0)
    model = network()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.1)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, 50)
    return SimpleNamespace(model=model, optimizer=optimizer, schedule=schedule)


@pytest.mark.parametrize(
    "kind", [torch.optim.SGD, torch.optim.Adam, torch.optim.RMSprop, torch.optim.Rprop, torch.optim.NAdam]
)
def test_training_goes_on_from_a_restored_state_as_it_did_before(kind):
    torch.manual_seed(0)
    model = network()
    optimizer = kind(model.parameters(), lr=0.01)
    owner = SimpleNamespace(model=model, optimizer=optimizer, schedule=torch.optim.lr_scheduler.StepLR(optimizer, 2))
    train(owner)
    state = capture(owner)

    def future():
        torch.manual_seed(1)
        train(owner)
        return [tensor.clone() for tensor in owner.model.state_dict().values()], optimizer.param_groups[0]["lr"]

    first, rate = future()
    restore(owner, state)
    second, again = future()
    assert rate == again
    assert all(torch.equal(a, b) for a, b in zip(first, second, strict=True))


OPTIMIZERS = ["SGD", "Adagrad", "Adadelta", "RMSprop", "Adam", "AdamW", "NAdam", "RAdam", "Adamax", "Rprop", "ASGD"]


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.bfloat16])
@pytest.mark.parametrize("kind", OPTIMIZERS)
def test_an_optimizer_goes_on_to_the_last_bit_whatever_its_dtypes(kind, dtype):
    owner = SimpleNamespace(theta=torch.tensor([3.0, -2.0], dtype=dtype, requires_grad=True))
    owner.optimizer = getattr(torch.optim, kind)([owner.theta], lr=0.01)

    def descend(steps):
        for _ in range(steps):
            owner.optimizer.zero_grad()
            (owner.theta**4).sum().backward()
            owner.optimizer.step()
        return owner.theta.tolist()

    descend(7)
    state = capture(owner)
    first = descend(20)
    restore(owner, state)
    assert descend(20) == first


def test_the_optimizer_still_refers_to_the_models_tensors(owner):
    before = list(owner.model.parameters())
    state = capture(owner)
    train(owner)
    restore(owner, state)
    held = owner.optimizer.param_groups[0]["params"]
    assert all(a is b is c for a, b, c in zip(before, owner.model.parameters(), held, strict=True))


def test_loose_parameters_stay_the_tensors_that_the_optimizer_holds():
    owner = SimpleNamespace(thetas=[torch.ones(2, requires_grad=True), torch.zeros(2, requires_grad=True)])
    owner.optimizer = torch.optim.SGD(owner.thetas, lr=1.0)
    state = capture(owner)
    sum(theta.sum() for theta in owner.thetas).backward()
    owner.optimizer.step()
    restore(owner, state)
    assert owner.thetas[0].tolist() == [1.0, 1.0]
    assert owner.optimizer.param_groups[0]["params"][1] is owner.thetas[1]
    assert owner.thetas[0].requires_grad
    assert owner.thetas[0].grad is None


def test_a_captured_state_does_not_change_with_what_it_was_taken_from(owner):
    owner.table, owner.rows = torch.zeros(3), [np.zeros(2)]
    state = capture(owner)
    weight = state["model"]["0.weight"].clone()
    train(owner)
    owner.table += 1
    owner.rows[0] += 1
    assert torch.equal(state["model"]["0.weight"], weight)
    assert state["table"].tolist() == [0, 0, 0]
    assert state["rows"][0].tolist() == [0, 0]


def test_a_state_can_be_restored_twice(owner):
    owner.table = torch.zeros(3)
    state = capture(owner)
    for _ in range(2):
        owner.table += 1
        train(owner)
        restore(owner, state)
        assert owner.table.tolist() == [0, 0, 0]
        assert owner.schedule.last_epoch == 0
        assert owner.optimizer.state_dict()["state"] == {}


@pytest.mark.parametrize(
    "value",
    [
        3,
        2.5,
        "text",
        b"raw",
        None,
        True,
        1j,
        np.int64(4),
        np.float32(0.5),
        (1, 2),
        [1, [2, (3,)]],
        {"a": [1, {"b": 2}]},
        Pair(1, [2]),
        OrderedDict(b=1, a=2),
    ],
    ids=repr,
)
def test_plain_values_nested_or_not_come_back(value):
    owner = SimpleNamespace(value=value)
    state = capture(owner)
    owner.value = "something else"
    restore(owner, state)
    assert owner.value == value
    if not isinstance(value, dict):
        assert type(owner.value) is type(value)


@pytest.mark.parametrize(
    "make",
    [
        lambda: torch.arange(6.0).reshape(2, 3),
        lambda: torch.tensor(3, dtype=torch.int64),
        lambda: torch.zeros(0),
        lambda: np.arange(4),
        lambda: np.array(["a", "bc"]),
    ],
)
def test_tensors_and_arrays_come_back_in_lists_and_dictionaries(make):
    owner = SimpleNamespace(bare=make(), listed=[make(), make()], named={"a": {"b": make()}}, pair=Pair(make(), 1))
    state = capture(owner)
    for kept in (owner.bare, *owner.listed, owner.named["a"]["b"], owner.pair.left):
        if kept.dtype not in (np.dtype("<U2"),):
            kept += 1
    restore(owner, state)
    for kept in (owner.bare, *owner.listed, owner.named["a"]["b"], owner.pair.left):
        assert (kept == make()).all()
        assert kept.dtype == make().dtype


def test_a_list_that_has_grown_is_cut_back():
    owner = SimpleNamespace(path=[torch.zeros(2)])
    state = capture(owner)
    owner.path.append(torch.ones(2))
    restore(owner, state)
    assert len(owner.path) == 1


def test_random_generators_go_on_where_they_were():
    owner = SimpleNamespace(a=torch.Generator().manual_seed(3), b=np.random.default_rng(3))
    generators = owner.a, owner.b
    state = capture(owner)
    first = torch.rand(3, generator=owner.a).tolist(), owner.b.random(3).tolist()
    restore(owner, state)
    assert (owner.a, owner.b) == generators
    assert (torch.rand(3, generator=owner.a).tolist(), owner.b.random(3).tolist()) == first


def test_what_came_into_being_later_is_gone_again():
    owner = SimpleNamespace(count=1, cache=print)
    state = capture(owner)
    owner.finished, owner.velocity, owner.drawn = True, torch.ones(2), lambda: 3
    restore(owner, state)
    assert set(vars(owner)) == {"count", "cache", "drawn"}


def test_two_names_of_one_tensor_can_part():
    owner = SimpleNamespace(before=torch.zeros(2), after=torch.ones(2))
    parted = capture(owner)
    owner.before = owner.after = torch.full((2,), 7.0)
    together = capture(owner)
    restore(owner, parted)
    assert (owner.before.tolist(), owner.after.tolist()) == ([0, 0], [1, 1])
    restore(owner, together)
    assert (owner.before.tolist(), owner.after.tolist()) == ([7, 7], [7, 7])


@pytest.mark.parametrize("order", [("table", "row"), ("row", "table")])
def test_a_view_that_parts_from_its_table_does_not_write_into_it(order):
    table = torch.arange(4.0).reshape(2, 2)
    parted = capture(
        SimpleNamespace(
            **dict(
                sorted({"table": table, "row": torch.full((2,), 9.0)}.items(), key=lambda item: order.index(item[0]))
            )
        )
    )
    present = torch.zeros(2, 2)
    owner = SimpleNamespace(table=present, row=present[0])
    restore(owner, parted)
    assert owner.table.tolist() == [[0, 1], [2, 3]]
    assert owner.row.tolist() == [9, 9]


def test_a_tensor_of_another_shape_is_replaced():
    owner = SimpleNamespace(points=torch.zeros(3))
    state = capture(owner)
    owner.points = torch.ones(5, dtype=torch.float64)
    restore(owner, state)
    assert (owner.points.shape, owner.points.dtype) == ((3,), torch.float32)


def test_what_no_step_changes_is_left_alone():
    owner = SimpleNamespace(params=object(), device=torch.device("cpu"), recorder=object(), function=print, kind=int)
    assert capture(owner) == {}


def test_the_size_of_a_state_is_about_that_of_its_tensors():
    state = capture(SimpleNamespace(a=torch.zeros(1000, dtype=torch.float64), b=[np.zeros(500)]))
    assert 12_000 <= nbytes(state) <= 13_000

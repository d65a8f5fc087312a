"""What a person could do to a scene: values at the ends of each declaration, and random ones."""

import math

from explainer.contract import Refused
from explainer.contract.fields import Choice, Choices, Integer, Numbers, Point, Real, Switch, Text

LONGEST_TEXT = 200


def ends(field):
    """Every choice there is, or the values at both ends of what is allowed."""
    match field:
        case Switch():
            return [False, True]
        case Choice():
            return list(field.options)
        case Choices():
            alone = [(name,) for name in field.options] if field.least <= 1 else []
            return [*alone, tuple(field.options)[: field.most], tuple(field.options)[: field.least]]
        case Real():
            return [field.low, field.high, *([0.0] if field.zero else [])]
        case Integer():
            return [field.low, field.high]
        case Point():
            return [(field.low, field.low), (field.high, field.high), (field.low, field.high)]
        case Numbers():
            return [(field.low,) * field.least, (field.high,) * field.most]
        case Text():
            return [field.default, "", "x" * min(field.most, LONGEST_TEXT)]
    raise AssertionError(f"no ends are known for {field}")


def anything(field, random):
    """A random allowed value; for a text perhaps one that its reader refuses."""
    match field:
        case Choices():
            return tuple(random.choices(list(field.options), k=random.randint(max(1, field.least), min(4, field.most))))
        case Real(log=True):
            return _between(math.exp(random.uniform(math.log(field.low), math.log(field.high))), field)
        case Real():
            return random.uniform(field.low, field.high)
        case Integer(log=True):
            return round(_between(math.exp(random.uniform(math.log(field.low), math.log(field.high))), field))
        case Integer():
            return random.randint(field.low, field.high)
        case Numbers():
            count = random.randint(field.least, field.most)
            return tuple(random.uniform(field.low, field.high) for _ in range(count))
    return random.choice(ends(field))


def _between(value, field):
    return min(max(value, field.low), field.high)


def agreeing(parameters, values):
    """Return those of the values that go together with the ones before them, by the scene's ``verify``."""
    kept = {}
    for name, value in values.items():
        try:
            parameters(**kept, **{name: value}).verify()
        except Refused:
            continue
        kept[name] = value
    return kept

"""What is quoted from a module: the text as it stands, all that it needs, and nothing else."""

import sys
import textwrap

import pytest

from explainer.script.quoting import Quotation
from explainer.script.sources import free_names, read


@pytest.fixture
def package(tmp_path, monkeypatch):
    """Write modules of a package that counts as this program's own; none of them can be imported."""

    def write(**modules):
        for name, text in modules.items():
            (tmp_path / f"{name}.py").write_text("raise ImportError('only read me')\n" + textwrap.dedent(text))
        read.cache_clear()
        monkeypatch.setattr("explainer.script.quoting.OWN", next(iter(modules)))

    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    return write


def quoted(names, *modules):
    quotation = Quotation()
    quotation.add(names, modules)
    return quotation


def test_only_what_is_needed_is_quoted_in_its_order(package):
    package(
        one="""
        import math
        import numpy as np
        from torch import Tensor, nn

        # how steep
        SLOPE = 2.0  # noqa: N806
        '''The slope.'''
        OTHER = np.zeros(3)

        def unused() -> nn.Module: ...

        @staticmethod
        def line(x: Tensor) -> Tensor:
            total = SLOPE * x
            return shifted(total)

        def shifted(x):
            return x + math.pi
        """
    )
    found = quoted(["line"], "one")
    assert found.import_lines() == "import math\n\nfrom torch import Tensor"
    assert found.definitions() == textwrap.dedent(
        """\
        # how steep
        SLOPE = 2.0
        '''The slope.'''


        @staticmethod
        def line(x: Tensor) -> Tensor:
            total = SLOPE * x
            return shifted(total)


        def shifted(x):
            return x + math.pi"""
    )


def test_names_are_followed_into_the_modules_that_define_them_and_stand_below_what_they_need(package):
    package(
        first="from first_helper import SIZES\n",
    )
    package(
        one="""
        from one import late
        from torch import nn as layers

        def early():
            return [layers.Linear(3, 3), late()]

        def late():
            return 1
        """
    )
    found = quoted(["early"], "one")
    assert found.import_lines() == "from torch import nn as layers"
    assert found.definitions().index("def early") < found.definitions().index("def late")


def test_a_module_that_others_need_comes_first(package, monkeypatch):
    package(a_top="from a_base import SIZES\nCOUNT = len(SIZES)\n", a_base="SIZES = (1, 2)\n")
    monkeypatch.setattr("explainer.script.quoting.OWN", "a_base")
    assert quoted(["COUNT"], "a_top").definitions() == "SIZES = (1, 2)\nCOUNT = len(SIZES)"


@pytest.mark.parametrize(
    ("text", "name", "message"),
    [
        ("def f():\n    return missing()\n", "f", "one uses missing, which it neither defines nor imports"),
        ("def f(): ...\n", "g", "the script uses g, which none of one defines or imports"),
        ("from one import f as g\ndef f(): ...\n", "g", "one imports g under another name"),
        ("from numpy import pi as e\ndef f():\n    return e, g()\ndef g():\n    return math\n", "f", "one uses math"),
    ],
)
def test_what_cannot_be_quoted_is_said_to_the_author(package, text, name, message):
    package(one=text)
    with pytest.raises(LookupError, match=message):
        quoted([name], "one")


def test_one_name_with_two_meanings_is_said_to_the_author(package):
    package(one="def f(): ...\n", two="from one import f\ndef g():\n    return f()\n", three="def f(): ...\n")
    quotation = quoted(["f"], "three")
    with pytest.raises(LookupError, match="two things called f"):
        quotation.add(["f"], ["one"])


def test_names_that_code_defines_itself_are_not_looked_up():
    code = """
        import os
        total = 0
        for index in range(3):
            total += weigh(index) + [part for part in parts][0]

        def inner(x: Wide, *, y=LIMIT):
            z = x
            def more():
                return z + outside
            return more

        class Kind(Base):
            size = total
        """
    assert free_names(textwrap.dedent(code)) == {"weigh", "parts", "Wide", "LIMIT", "outside", "Base"}

"""Folding: what a program does not use goes, what it prints stays, and the rest reads as it was written."""

import ast
import contextlib
import io
import textwrap

import pytest

from explainer.script.fold import fold


def said(text):
    """What a program prints."""
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        exec(compile(text, "program", "exec"), {"__name__": "__main__"})
    return printed.getvalue()


def folded(text):
    """The folded program, once it is known to print the same."""
    text = textwrap.dedent(text).lstrip("\n")
    made = fold(text)
    assert said(made) == said(text)
    assert fold(made) == made, "folding again finds nothing more"
    return made


CASES = {
    "a word that all calls give": (
        """
        def size(x, mode="plain"):
            if mode == "plain":
                return abs(x) + x * x
            elif mode == "square":
                return x * x
            raise ValueError(mode)

        print(size(3), size(4, mode="plain"))
        """,
        """
        def size(x):
            return abs(x) + x * x


        print(size(3), size(4))
        """,
    ),
    "words that differ between calls stay, with the entries of the table that they need": (
        """
        TABLE = {"one": 1, "two": 2, "three": 3}

        def of(name):
            print("asked")
            return TABLE[name]

        print(of("one"), of("three"))
        """,
        """
        TABLE = {"one": 1, "three": 3}


        def of(name):
            print("asked")
            return TABLE[name]


        print(of("one"), of("three"))
        """,
    ),
    "of a table that is looked up by words from anywhere, the entries whose words stand somewhere": (
        """
        TABLE = {"one": lambda x: x, "two": lambda x: 2 * x, "three": lambda x: 3 * x}
        OTHER = {"four": lambda x: x.append(4)}

        for name in tuple(sorted(["three", "one", "six"])):
            print(TABLE[name](5) if name in TABLE else name)
        """,
        """
        TABLE = {"one": lambda x: x, "three": lambda x: 3 * x}

        for name in tuple(sorted(["three", "one", "six"])):
            print(TABLE[name](5) if name in TABLE else name)
        """,
    ),
    "all entries of a table that is looked up by words put together": (
        """
        TABLE = {"one": 1, "two": 2}

        for end in sorted(["ne"]):
            print(TABLE["o" + end])
        """,
        """
        TABLE = {"one": 1, "two": 2}

        for end in sorted(["ne"]):
            print(TABLE["o" + end])
        """,
    ),
    "an object's switch, and what it guards": (
        """
        class Layer:
            '''A layer.

            With more to be said of it.
            '''

            def __init__(self, width: int, bias: bool = False) -> None:
                self.width, self.bias = width, bias
                self.seen: list[int] = []

            def run(self, x: int) -> int:
                # the sum
                y = x * self.width
                if self.bias:
                    y += 1
                return y

            def unused(self) -> int:
                return self.seen

        layer = Layer(3)
        print(layer.run(2))
        """,
        """
        class Layer:
            \"\"\"A layer.\"\"\"

            def __init__(self, width):
                self.width = width

            def run(self, x):
                # the sum
                return x * self.width


        layer = Layer(3)
        print(layer.run(2))
        """,
    ),
    "what is done is kept though nobody wants what it comes to": (
        """
        def loud(x):
            print("called", x)
            return x

        unused = loud(1)
        also = 2
        """,
        """
        def loud(x):
            print("called", x)
            return x


        loud(1)
        """,
    ),
    "a loop over one thing, an empty branch, a refusal": (
        """
        class Refused(ValueError):
            pass

        def check(n):
            if n < 0:
                raise Refused("negative")
            for name in ("only",):
                print(name, n)

        check(3)
        """,
        """
        def check(n):
            print("only", n)


        check(3)
        """,
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_what_is_left_reads_as_a_person_would_write_it(case):
    text, expected = CASES[case]
    assert folded(text) == textwrap.dedent(expected).lstrip("\n")


SAME = {
    "a dictionary that is given and filled": """
        def fill(known):
            known |= {"a": 1}

        known = {}
        fill(known)
        print(known)
    """,
    "a name that is set twice": """
        mode = "a"
        for step in range(3):
            print(mode == "a", step)
            if step == 1:
                mode = "b"
    """,
    "a function that is handed on": """
        def twice(x, mode="plain"):
            return x if mode == "plain" else 2 * x

        print(list(map(twice, [1, 2], ["plain", "double"])))
    """,
    "a name of an inner function that hides an outer one": """
        flag = True

        def outer(flag):
            def inner(flag):
                return 1 if flag else 2
            return [inner(each) for each in flag]

        print(outer([True, False]), flag)
    """,
    "a global": """
        count = None

        def add():
            global count
            count = 1

        add()
        print("none" if count is None else "some")
    """,
    "an attribute that is set from outside": """
        class Box:
            def __init__(self):
                self.open = False

            def look(self):
                return "open" if self.open else "shut"

        box = Box()
        box.open = True
        print(box.look())
    """,
    "an object that is called": """
        class Twice:
            def __call__(self, x, factor=2, more=None):
                return x * factor if more is None else more

        made = [Twice(), Twice()]
        print(made[0](3), made[1](3, 4, 5))
    """,
    "a class derived from another": """
        class Base:
            def __init__(self, kind="base"):
                self.kind = kind

            def name(self):
                return self.kind if self.kind == "base" else "other"

        class Other(Base):
            def __init__(self):
                super().__init__("derived")

        print(Base().name(), Other().name())
    """,
    "stars": """
        def f(a, b=None, *, c=None):
            return "none" if b is None and c is None else "some"

        print(f(*(1, 2)), f(1, **{"c": 3}), f(*range(2)))
    """,
    "booleans that are no numbers": "print(1 == True, [x for x in (1, True, 1.0)], 1 if True else 1.0)",
    "match": """
        def tell(kind):
            match kind:
                case "a" | "b":
                    return "first"
                case _:
                    return "rest"

        print(tell("b"), tell("c"))
    """,
    "an or whose value is wanted": """
        def pick(a=None):
            return a or [1]

        print(pick(), pick())
    """,
    "elif at the end of what goes": """
        def say(n, mode="x"):
            if mode == "y":
                return 0
            elif n > 2:
                return 1
            else:
                return 2

        print(say(1), say(3))
    """,
    "try": """
        def risky(n):
            try:
                return 1 // n
            except ZeroDivisionError as error:
                return str(error)
            finally:
                print("done")

        print(risky(0), risky(1))
    """,
    "a lambda that is called at once": "print((lambda a, b: a - b)(3, 1), {'k': lambda v: v + 1}['k'](2))",
    "a text of several lines": "text = '''one\\n  two'''\nprint(text)\n",
    "a field with a default that one call changes": """
        from dataclasses import dataclass

        @dataclass
        class Told:
            a: int
            mode: str = "x"
            other: str = "y"

        for told in (Told(1), Told(2, "z")):
            print("plain" if told.mode == "x" else told.a)
    """,
}


@pytest.mark.parametrize("case", SAME)
def test_what_is_printed_stays_the_same(case):
    ast.parse(folded(SAME[case]))


def test_long_lines_are_broken_at_commas():
    names = [f"a_rather_long_name_{number}" for number in range(9)]
    text = "\n".join([*(f"{name} = len(input.__name__)" for name in names), f"print({', '.join(names)}, not True)"])
    lines = folded(text).splitlines()
    assert max(map(len, lines)) <= 110
    assert lines[-1] == ")"

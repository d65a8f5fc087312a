"""Gathers what the modules in ``shown`` show."""

import importlib
import pkgutil

from explainer.scenes.gallery import shown


def modules():
    """Return the modules in ``shown``, one for each kind."""
    names = sorted(each.name for each in pkgutil.iter_modules(shown.__path__))
    return [importlib.import_module(f"{shown.__name__}.{name}") for name in names]


def gathered(name):
    """Return what all modules have under a name, put together: a dictionary or a tuple."""
    found = [getattr(module, name) for module in modules() if hasattr(module, name)]
    if found and isinstance(found[0], dict):
        return {key: value for each in found for key, value in each.items()}
    return tuple(each for one in found for each in one)

"""The network for use elsewhere: a Python module that needs PyTorch only, and the weights as safetensors."""

from collections.abc import Sequence
from importlib.util import find_spec

from torch import nn

from explainer.scenes.cnn.layers import WEIGHTS, Layer, network_code

NO_SAFETENSORS = "the weights need safetensors: python -m pip install safetensors"
_MODULE = '''\
"""A network made by `explainer cnn`: images (n, {shape}) from 0 to 1 in, scores of the {count} CLASSES out.

    from safetensors.torch import load_file
    model = network()
    model.load_state_dict(load_file("{weights}"))
    model.eval()
"""

from collections import OrderedDict

from torch import nn

CLASSES = {classes}


def network() -> nn.Sequential:
    """Return the network with random weights."""
    return {code}
'''


def model_module(layers: Sequence[Layer], shape: Sequence[int], classes: Sequence[str]) -> str:
    """Return the text of the module."""
    return _MODULE.format(
        shape=", ".join(map(str, shape)),
        count=len(classes),
        weights=WEIGHTS,
        classes=repr(tuple(classes)),
        code=network_code(layers).replace("\n", "\n    "),
    )


def can_save_weights() -> bool:
    """Return whether safetensors is installed: it is an extra."""
    return find_spec("safetensors") is not None


def weights_file(model: nn.Module) -> bytes:
    """Return all parameters and running means as a safetensors file, under their names in ``state_dict``."""
    from safetensors.torch import save

    found: bytes = save({name: tensor.detach().cpu().contiguous() for name, tensor in model.state_dict().items()})
    return found

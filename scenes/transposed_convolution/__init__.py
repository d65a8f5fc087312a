"""Transposed convolution: the convolution experiment with the window's arrows turned round."""

from explainer.scenes.convolution import SCENE as CONVOLUTION

SCENE = CONVOLUTION.variant(
    {
        "operation": "transposed",
        "image": "noise",
        "height": 4,
        "width": 4,
        "kernel": "custom",
        "kernel_values": "1 2 1; 2 4 2; 1 2 1",
        "stride_y": 2,
        "stride_x": 2,
    },
    experiment="convolution",
    title="Transposed convolution",
    question="Does a transposed convolution undo a convolution?",
    first=("kernel_values", "stride_y", "output_padding"),
    steps=81,
    order=2,
)

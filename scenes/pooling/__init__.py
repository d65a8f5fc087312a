"""Pooling: the convolution experiment with a window that has no weights."""

from explainer.scenes.convolution import SCENE as CONVOLUTION

SCENE = CONVOLUTION.variant(
    {
        "operation": "max-pool",
        "kernel_height": 2,
        "kernel_width": 2,
        "stride_y": 2,
        "stride_x": 2,
    },
    experiment="convolution",
    title="Pooling",
    question="What does pooling keep, and what does it lose?",
    first=("operation", "kernel_height", "stride_y"),
    steps=16,
    order=1,
)

"""What a network can be made of: names and words for the screen. Plain Python."""

ACTIVATIONS = {
    "sigmoid": "Sigmoid",
    "tanh": "Tanh",
    "relu": "ReLU",
    "leaky-relu": "Leaky ReLU",
    "elu": "ELU",
    "selu": "SELU",
    "gelu": "GELU",
    "silu": "SiLU",
    "softplus": "Softplus",
    "hard-tanh": "Hard tanh",
    "linear": "Linear",
}
INITS = {
    "zeros": "Zeros",
    "constant": "Constant",
    "normal": "Normal, 1/√fan-in",
    "uniform": "Uniform, 1/√fan-in",
    "xavier-uniform": "Xavier, uniform",
    "xavier-normal": "Xavier, normal",
    "he-uniform": "He, uniform",
    "he-normal": "He, normal",
    "orthogonal": "Orthogonal",
    "pytorch": "PyTorch's default",
}
SHORT_INITS = {
    "zeros": "zeros",
    "constant": "constant",
    "normal": "normal",
    "uniform": "uniform",
    "xavier-uniform": "Xavier",
    "xavier-normal": "Xavier normal",
    "he-uniform": "He uniform",
    "he-normal": "He",
    "orthogonal": "orthogonal",
    "pytorch": "PyTorch",
}
"""Initializations as a legend names them."""
NORMALIZATIONS = {"none": "None", "batch": "Batch", "layer": "Layer", "rms": "RMS"}
SKIPS = {"none": "None", "residual": "Residual", "residual-zero": "Residual, branch × 0"}
CLIPS = {"none": "None", "norm": "By norm", "value": "By value"}
DTYPES = {"float32": "float32", "float16": "float16", "bfloat16": "bfloat16"}
ARCHITECTURES = {"mlp": "Layers (MLP)", "recurrent": "Time steps (recurrent)"}
CELLS = {"rnn": "RNN", "lstm": "LSTM", "gru": "GRU"}
DATA = {"digits": "Handwritten digits", "spirals": "Two spirals", "regression": "Random regression"}
CONDITION = (
    "delta_norm",
    "delta_factor",
    "slope_factor",
    "weight_factor",
    "gradient_norm",
    "update_ratio",
    "saturated",
    "dead",
    "zero_deltas",
    "unit_spread",
    "zero_exactly",
    "weight_norm",
)
"""The arrays that a diagnosis reads, in the order in which ``condition`` holds them."""
HISTORIES = {
    "delta": "Gradient of outputs",
    "gradient": "Gradient of weights",
    "spread": "Spread of outputs",
    "mean": "Size of the mean of outputs",
}
RIDGES = {"gradients": "Gradients of outputs", "activations": "Outputs"}
LARGEST = {"float32": 3.4028235e38, "float16": 65504.0, "bfloat16": 3.3895314e38}
"""The largest number of each type."""
INPUTS = {"digits": 64, "spirals": 2, "regression": 16}
"""How many numbers an example of each kind of data has."""

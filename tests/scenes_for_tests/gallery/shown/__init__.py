"""One module for each kind: its ARRAYS, DIMENSIONS and CARDS, and ``arrays(params, step)``, which makes the arrays."""

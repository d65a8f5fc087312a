"""Material shared by scenes: expressions, optimizers and their settings, data, initializations."""

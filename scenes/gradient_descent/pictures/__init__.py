"""Pictures that no kind can draw: the slice with its step, and the data with their lines."""

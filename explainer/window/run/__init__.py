"""The run as the window sees it: the engine's line, what came over it, and where it is bound for."""

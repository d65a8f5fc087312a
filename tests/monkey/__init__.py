"""A random user on the real window: seeded, replayed from its seed, cut to the shortest list of moves that fails."""

"""The home page: what this is, where to begin, what one has done, and every scene by its question."""

"""The program's version, for whoever may import no more than that."""

__version__ = "0.1.0"

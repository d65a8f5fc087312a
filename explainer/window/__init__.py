"""The window: what a person sees and touches; Qt, no torch."""

"""The cards of the playground."""

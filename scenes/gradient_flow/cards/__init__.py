"""The cards of gradient flow."""

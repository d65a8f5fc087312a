"""The cards of gradient descent."""

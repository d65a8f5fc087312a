"""Presenting: the screen full of the chosen pictures, everything large, a few controls, the pointer easy to follow."""

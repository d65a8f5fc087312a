"""Interview mode in the window."""

"""What the window opens, saves, exports and copies."""

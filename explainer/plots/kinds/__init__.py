"""A widget for each kind of drawing that cards know."""

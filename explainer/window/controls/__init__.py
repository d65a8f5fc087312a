"""Controls, generated from what a scene declares: one widget, one file, one test."""

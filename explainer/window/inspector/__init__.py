"""The inspector beside the stage: lesson, formulas with numbers, and the code of the run."""

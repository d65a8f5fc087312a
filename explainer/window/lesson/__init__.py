"""The lesson at work: guesses and what came of them, diagnoses, stages, contents, symbols."""

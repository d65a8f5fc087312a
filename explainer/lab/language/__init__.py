"""Language models small enough to be trained while one watches: the model, its text, training and writing."""

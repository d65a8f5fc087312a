"""The one picture of attention that no kind of card can say: query, keys and values in their planes."""

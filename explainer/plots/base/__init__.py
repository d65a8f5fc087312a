"""What every kind of picture stands on: axes, layers, ticks, numbers as words, cells, colours as Qt has them."""

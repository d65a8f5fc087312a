"""What leads a person through the scenes: what they have done, what they are asked. Plain Python."""

"""What leaves the program as a file; each module makes the content of one kind, in memory."""

"""Work that nobody asks for but the clock: what it is, when it is due, and that it is done once."""

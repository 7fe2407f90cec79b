"""Running checks for real: the command, its environment, its sandbox, and the report that comes of it."""

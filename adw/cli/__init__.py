"""One file per command group: parse, call, render."""

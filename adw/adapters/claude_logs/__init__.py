"""What Claude Code was billed, from its own logs. `read.py` goes through files, `lines.py` knows a line."""

"""Token counters: exact for Claude where `ctok` installs, `tiktoken` for the rest. `runtime.py` chooses."""

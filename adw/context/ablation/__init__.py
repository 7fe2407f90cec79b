"""What a recorded run would have cost under other context policies, its actions fixed (SPEC §3).

A trajectory's calls are rebuilt one after the other: `conversation` says what a policy sends, knowing only what was
there before the call; `caching` bills it as a prompt cache would; evidence.py says what it still shows.
"""

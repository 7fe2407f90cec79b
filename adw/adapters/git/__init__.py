"""Git: the repository that a run starts from, and the worktree that it works in."""

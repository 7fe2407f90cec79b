"""Readers of recorded runs, each of one format."""

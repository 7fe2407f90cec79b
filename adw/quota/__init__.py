"""Arithmetic of allowances. Pure."""

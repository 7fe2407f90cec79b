"""Configuration files and the environment, as frozen settings. Lower layers get the values that come out of here."""

from adw.config.environment import Environment
from adw.config.file import FILE, files, load, parse
from adw.config.settings import Settings, known_keys

__all__ = ["FILE", "Environment", "Settings", "files", "known_keys", "load", "parse"]

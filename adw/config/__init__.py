"""`.adw.toml` and the environment, as frozen settings. Lower layers get the values that come out of here."""

from adw.config.environment import Environment
from adw.config.file import FILE, load, parse
from adw.config.settings import Settings, known_keys

__all__ = ["FILE", "Environment", "Settings", "known_keys", "load", "parse"]

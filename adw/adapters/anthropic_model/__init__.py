"""Models behind the Anthropic Messages API, through the official SDK. Importing it costs seconds: do so late."""

from adw.adapters.anthropic_model.client import AnthropicModel

__all__ = ["AnthropicModel"]

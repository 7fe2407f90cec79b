"""ADW takes an issue to a tested, reviewed branch with a language model, for a tenth of the tokens."""

__version__ = "0.1.0"

"""From an ordered corpus without labels to one folder per speaker."""

__version__ = "0.1.0"

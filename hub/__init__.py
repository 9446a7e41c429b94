"""A telecare hub: it notices that help is needed, and does not rest until somebody is there."""

__version__ = "0.1.0"

"""The server that writers sprint on."""

__version__ = "0.1.0"

"""Servers of the fan-out bench that need no packages but Wordtide's own."""

"""Typed options and the settings files they are read from."""

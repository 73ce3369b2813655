"""The commands: each a room that reads like a table of contents."""

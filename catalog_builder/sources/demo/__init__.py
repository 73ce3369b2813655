"""The demo: an invented study, its pictures drawn by the program."""

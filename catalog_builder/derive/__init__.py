"""From exported records to what pages need: pure functions, no files."""

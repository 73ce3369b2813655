"""Where catalogues come from: one file a source, one row each in `base.SOURCES`."""

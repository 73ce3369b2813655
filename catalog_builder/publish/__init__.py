"""What may go out: the one gate between a source and the export."""

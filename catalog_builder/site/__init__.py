"""From records to text and files: links, pages, search index, the one writer of the site folder."""

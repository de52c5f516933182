"""Word and Excel files: what both need, and the paper on which a report is set."""

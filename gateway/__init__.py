"""I/O side of Postwacht."""

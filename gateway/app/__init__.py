"""Builds everything once from the configuration, owns the tasks of a process, and supervises the processes."""

"""Detectors: each looks for one kind of private data in a text and reports where; none knows another."""

"""Attachments and containers to text, in a sandbox.

Promises: what can be read is read whole, with the place it stood; what can't is said, never left out. Files are looked
into in processes that hold nothing of ours and may do nothing but answer (`sandbox`); their answers are data.
"""

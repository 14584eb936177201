"""Words, by what they speak of: lists that detectors read, without any logic."""

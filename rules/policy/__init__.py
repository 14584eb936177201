"""The policy: a text a school owns, read into one frozen value."""

from rules.policy.reading import load
from rules.policy.values import ClausePolicy, Matrix, Policy, PolicyError, Undo
from rules.policy.writing import MODES, with_mode

__all__ = ["MODES", "ClausePolicy", "Matrix", "Policy", "PolicyError", "Undo", "load", "with_mode"]

"""The policy: a text a school owns, read into one frozen value."""

from rules.policy.reading import load
from rules.policy.values import ClausePolicy, Matrix, Policy, PolicyError, Undo

__all__ = ["ClausePolicy", "Matrix", "Policy", "PolicyError", "Undo", "load"]

"""Everything that can be done to an election's archive, each with the fault that
a verifier must find and the event at which it must find it. The hashes are
chained anew, and what can be made to fit again is made to fit, so that nothing
but the check that is meant can find it."""
from . import ballot, chain, count, file, setup, trustee  # noqa: F401
from .base import MUTATIONS, Scene

__all__ = ["MUTATIONS", "Scene"]

"""Replay: the rows of a service, folded anew from the streams alone, and compared with those it lives with."""

from deploy.replay.compare import Comparison, compare
from deploy.replay.fold import Folded, replay

__all__ = ["Comparison", "Folded", "compare", "replay"]

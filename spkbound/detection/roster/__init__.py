"""Who is said to speak, in which order and with how many files: what a list of speakers adds to detection. Pure."""

from spkbound.detection.roster.align import Alignment
from spkbound.detection.roster.entries import Roster

__all__ = ["Alignment", "Roster"]

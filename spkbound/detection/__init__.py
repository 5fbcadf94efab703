"""Embeddings in, boundaries with probabilities out. Pure: no files, no processes."""

from spkbound.detection.detector import Detector, detect_boundaries
from spkbound.detection.result import Detection

__all__ = ["Detection", "Detector", "detect_boundaries"]

"""Run work in other processes; knows nothing of speech."""

from spkbound.jobs.pool import Pool
from spkbound.jobs.rules import Failure, Outcome, Rules, WorkerSpec, WorkerStatus

__all__ = ["Failure", "Outcome", "Pool", "Rules", "WorkerSpec", "WorkerStatus"]

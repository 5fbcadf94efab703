"""Run work in other processes; knows nothing of speech."""

from spkbound.jobs.pool import Failure, Outcome, Pool, WorkerSpec

__all__ = ["Failure", "Outcome", "Pool", "WorkerSpec"]

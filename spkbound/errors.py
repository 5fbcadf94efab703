"""What can go wrong in spkbound, as one tree; it leaves the wording of a single fact to where the fact is known.

    SpkboundError
    ├── UsageError             the command or a setting asks for something that cannot be (exit code 2)
    ├── CorpusError            no corpus: folder missing, empty, or a manifest that cannot be read
    ├── RosterError            the list of speakers cannot be read
    ├── UnreadableAudio        one file has no usable samples; data for the caller, never the end of a run
    ├── StoreError
    │   ├── StoreCorrupt       a part or matrix is truncated or foreign
    │   ├── EncoderMismatch    embeddings of another encoder are already there
    │   └── StoreLocked        another process is at work on this project
    ├── EncoderError           an encoder cannot be loaded or fitted
    ├── NoSuchDevice           a GPU that is asked for is not there
    ├── UnsafePickle           a pickle names something that is not on the allow-list
    ├── ProjectError           no project here, or one that this version cannot read
    ├── ResultError            a result file that is neither ours nor the baseline's
    ├── DecisionRefused        a decision about something that changed meanwhile
    ├── ExportError
    │   ├── NotEnoughSpace     the target disk cannot hold the export
    │   └── ExportConflict     a target exists with other content
    └── WorkerError            the pool cannot go on

A message says what, where, what was found and what to do.
"""


class SpkboundError(Exception):
    """Base of every error that spkbound raises on purpose."""


class UsageError(SpkboundError):
    """The command or a setting asks for something that cannot be."""


class CorpusError(SpkboundError):
    """There is no corpus where one was expected."""


class RosterError(SpkboundError):
    """The list of speakers cannot be read."""


class UnreadableAudio(SpkboundError):
    """One file has no usable samples.

    Attributes
    ----------
    stage : one of "open", "decode", "features", "network"
    reason : short, in plain words, without the path
    """

    def __init__(self, stage: str, reason: str) -> None:
        super().__init__(f"{stage}: {reason}")
        self.stage = stage
        self.reason = reason

    def __reduce__(self) -> tuple:
        return type(self), (self.stage, self.reason)


class StoreError(SpkboundError):
    """The store of embeddings cannot be used as it is."""


class StoreCorrupt(StoreError):
    """A part or matrix is truncated or foreign."""


class EncoderMismatch(StoreError):
    """Embeddings of another encoder are already there."""


class StoreLocked(StoreError):
    """Another process is at work on this project."""


class EncoderError(SpkboundError):
    """An encoder cannot be loaded or fitted."""


class NoSuchDevice(SpkboundError):
    """A GPU that is asked for is not there."""


class UnsafePickle(SpkboundError):
    """A pickle names something that is not on the allow-list."""


class ProjectError(SpkboundError):
    """No project here, or one that this version cannot read."""


class ResultError(SpkboundError):
    """A result file that is neither ours nor the baseline's."""


class DecisionRefused(SpkboundError):
    """A decision about something that changed meanwhile, or that cannot be taken.

    Attributes
    ----------
    mine, theirs : the two `domain.Decision` that disagree, where there are two
    """

    def __init__(self, message: str, *, mine: object = None, theirs: object = None) -> None:
        super().__init__(message)
        self.mine = mine
        self.theirs = theirs


class ExportError(SpkboundError):
    """An export cannot be made or goes no further."""


class NotEnoughSpace(ExportError):
    """The target disk cannot hold the export."""


class ExportConflict(ExportError):
    """A target exists with other content.

    Attributes
    ----------
    conflicts : every `export.reconcile.Conflict`; the message names the first few
    """

    def __init__(self, message: str, *, conflicts: tuple = ()) -> None:
        super().__init__(message)
        self.conflicts = conflicts


class WorkerError(SpkboundError):
    """The pool cannot go on."""

"""Which HTTP status says what went wrong? A table from our errors to statuses."""

from spkbound import errors


class NotThere(errors.ProjectError):
    """What the page asks for does not exist yet: no project, no embeddings, no detection."""


_STATUS: list[tuple[type[errors.SpkboundError], int]] = [
    (NotThere, 404),
    (errors.UnreadableAudio, 404),
    (errors.CorpusError, 404),
    (errors.UsageError, 400),
    (errors.NotEnoughSpace, 507),
    (errors.StoreLocked, 423),
    (errors.DecisionRefused, 409),
    (errors.ExportError, 409),
    (errors.StoreError, 409),
]


def status_of(error: errors.SpkboundError) -> int:
    """The first status in the table that fits; 409 for what else stops us on purpose."""
    return next((status for kind, status in _STATUS if isinstance(error, kind)), 409)

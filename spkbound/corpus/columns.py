"""What is a corpus? Paths in order, as one column; it leaves where they come from to `scan` and `manifest`."""

from dataclasses import dataclass

import pyarrow as pa

from spkbound.domain import Order, Utterance, join_root


@dataclass(frozen=True, slots=True, kw_only=True)
class Corpus:
    """The utterances of a corpus in order.

    Attributes
    ----------
    root : absolute folder, as the operating system spells it
    paths : (n_utterances,) binary, relative to `root`, joined by ``/``; no path twice
    order : what decided the order
    """

    root: bytes
    paths: pa.BinaryArray
    order: Order

    def __len__(self) -> int:
        return len(self.paths)

    def path(self, index: int) -> bytes:
        return self.paths[index].as_py()

    def source(self, index: int) -> bytes:
        """Where the file lies: an absolute path."""
        return join_root(self.root, self.path(index))

    def utterance(self, index: int) -> Utterance:
        return Utterance(index=index, path=self.path(index))

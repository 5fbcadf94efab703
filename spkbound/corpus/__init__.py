"""Which files are the corpus, and in which order."""

from spkbound.corpus.columns import Corpus
from spkbound.corpus.manifest import read_manifest
from spkbound.corpus.scan import scan_folder

__all__ = ["Corpus", "read_manifest", "scan_folder"]

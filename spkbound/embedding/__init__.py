"""Utterances become embeddings: what is left to do, the worker step, the store on disk."""

"""Networks trained with WeSpeaker: model directories in, embeddings out, without that package."""

"""Text to spoken WAV: one file per engine, a registry that finds the voice of a language, and a queue that plays."""

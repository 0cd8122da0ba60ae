"""From landmarks to signs: `Recognizer` names a clip, `LiveSession` reads a stream. Runs without torch."""

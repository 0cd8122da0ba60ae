"""Settings of all tests."""

from hypothesis import settings

# Machines differ in speed; a slow disk is not a broken promise.
settings.register_profile("chereme", deadline=None, max_examples=50)
settings.load_profile("chereme")

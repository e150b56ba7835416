"""Hypothesis as these tests use it: the same examples each time, and no clock."""

from hypothesis import settings

settings.register_profile("steady", deadline=None, derandomize=True)
settings.load_profile("steady")

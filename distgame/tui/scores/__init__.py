"""The scores: every result of a level, to be compared."""

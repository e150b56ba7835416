"""Runs and histories as pictures and words."""

"""A player's game: file, session, settings, and a run at an instant."""

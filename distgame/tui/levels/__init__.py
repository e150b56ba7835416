"""The home of the game: every level, and a card that tells all about the chosen one."""

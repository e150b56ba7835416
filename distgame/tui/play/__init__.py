"""The play screen: a run as it happens, from any moment, beside the player's file."""

"""Levels: what a player meets, what a pass asks for, and whether a level teaches what it says."""

"""What makes a game of it, a folder each: the campaign's levels, running programs, scores, the adversary's hunts,
pictures, the commands without screens, and what a player plays with.
"""

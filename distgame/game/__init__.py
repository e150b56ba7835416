"""What makes a game of it: levels, running, judging, scoring, the scoreboard, the player's file."""

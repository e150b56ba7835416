"""The hunt for the schedule that breaks a program, and the files that keep what was found."""

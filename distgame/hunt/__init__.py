"""The adversary: it searches schedules and failures for one that makes a read wrong, and shrinks what it finds."""

"""What the commands without screens do."""

"""Windows over a screen: help, hint, result, starter file, and the guard for small terminals."""

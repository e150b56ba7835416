"""Histories of a register and the consistency conditions that judge them."""

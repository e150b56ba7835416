"""Textual screens and widgets: they show, they decide nothing."""

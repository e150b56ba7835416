"""Registers the mark of the deliberate mistakes."""


def pytest_configure(config):
    config.addinivalue_line("markers", "mistake: a small wrong variant of the checker that the suite must reject")

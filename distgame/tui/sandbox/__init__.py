"""The sandbox: a world to be turned by hand while it runs."""

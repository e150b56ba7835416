"""The network diagram: pure layout, routing and drawing, and the one widget that shows it."""

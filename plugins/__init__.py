"""First-party components, written with the public API only."""

"""First-party assets, one idea a file."""

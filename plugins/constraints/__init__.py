"""First-party constraints, one idea a file."""

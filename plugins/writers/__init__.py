"""First-party writers, one idea a file."""

"""First-party annotators, one idea a file."""

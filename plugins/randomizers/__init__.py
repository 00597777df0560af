"""First-party randomizers, one idea a file."""

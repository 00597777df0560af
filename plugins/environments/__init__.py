"""First-party environments, one idea a file."""

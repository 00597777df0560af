"""The training module; it is filled by a later version."""

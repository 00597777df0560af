"""The commands of the training module, one a file."""

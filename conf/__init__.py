"""Hydra configs: groups, presets, experiments."""

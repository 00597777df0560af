"""Figures about detectors: average precision, precision and recall at a threshold, intervals, counts per bin."""

"""Engines: one folder each; ``palletjack_dr.engine`` holds the seam that they fill."""

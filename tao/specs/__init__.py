"""The specs of TAO's networks, filled in from datasets."""

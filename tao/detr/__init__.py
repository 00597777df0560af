"""RT-DETR, trained locally by TAO's YAML spec."""

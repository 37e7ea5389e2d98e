"""A fictional sample estate to try everything on."""

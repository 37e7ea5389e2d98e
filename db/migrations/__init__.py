"""Schema history, one self-contained script per step (`versions/`)."""

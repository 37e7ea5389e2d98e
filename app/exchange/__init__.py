"""Work carried between computers in signed, encrypted files: packages, keys, who is trusted."""

"""The register: terminals, what happens to them, import and export."""

"""Everything printed: sheets filled from records, PDF files, photos, signatures, seals."""

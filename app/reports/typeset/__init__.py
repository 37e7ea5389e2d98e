"""The page engine: text and tables to pages to PDF/A.  It knows no document; see README.md."""

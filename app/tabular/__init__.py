"""Tables in files: CSV and XLSX in and out.  Knows nothing of what the columns mean."""

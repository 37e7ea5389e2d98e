"""Use cases of finding: any record by whatever people type."""

"""The reports page: choose, preview, save and print documents, also many at once; verify files."""

"""The reports page: choose, look, save, print, many at once, prove."""

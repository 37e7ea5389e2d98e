"""The page engine: fonts, line breaking, flow, canvas and PDF objects.  It knows no document."""

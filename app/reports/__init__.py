"""Documents: a sheet of values in, the bytes of a PDF out.  The only package that knows ReportLab.

Nothing here reads a clock, a setting or the database, and everything is deterministic: the same
sheet in the same language gives the same bytes.

To add a kind of document: write one module with a frozen ``…Sheet`` dataclass and a function that
lays it out on a `story.Story`, and add one line to `kinds.KINDS`.  Text of people goes through
`text` only, which knows no markup.
"""

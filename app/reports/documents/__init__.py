"""One module a document, and the blocks they share.  `kinds` lists them all."""

"""Data of documents: values several of them share, their content as JSON, what is signed."""

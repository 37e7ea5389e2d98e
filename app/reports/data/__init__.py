"""What a page is given: values several documents share, their content as JSON, what is signed."""

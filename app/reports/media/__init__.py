"""Pictures and PDF pages as pixels: untrusted photos decoded, pages rasterised."""

"""Paper: one page as a PDF, the font it is set in, and QR codes; and papers that somebody scanned."""

"""Speaking with services outside the portal: one exchange in bounds, signed so that the other side knows who says it.

http.py     one exchange, in bounds
signing.py  the three headers of Standard Webhooks 1.0
"""

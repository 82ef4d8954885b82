"""QR codes as one path of squares, one unit each, which a page and a PDF draw alike."""

import qrcode


def drawn(text: str) -> dict[str, object]:
    """`size`, the side of the square with its quiet border, and `path`, all dark squares of it."""
    code = qrcode.QRCode(border=4, error_correction=qrcode.ERROR_CORRECT_M)
    code.add_data(text)
    rows = code.get_matrix()
    path = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark)
    return {"size": len(rows), "path": path}

"""Amounts in capital Chinese numerals (大写), as on every voucher (支付结算办法, appendix on filling in notes)."""

from decimal import Decimal

DIGITS = "零壹贰叁肆伍陆柒捌玖"
PLACES = ("", "拾", "佰", "仟")
GROUPS = ("", "万", "亿")


def capital(amount: Decimal) -> str:
    """`62000` yuan is 陆万贰仟元整; two decimals at most, below 10^12."""
    fen = int((amount * 100).to_integral_exact())
    yuan, cents = divmod(fen, 100)
    jiao, fen = divmod(cents, 10)
    words = f"{_whole(yuan)}元" if yuan or not cents else ""
    if not cents:
        return words + "整"
    if jiao:
        words += DIGITS[jiao] + "角"
    elif yuan:
        words += "零"
    return words + (DIGITS[fen] + "分" if fen else "整")


def _whole(number: int) -> str:
    if not number:
        return "零"
    words, gap = "", False
    for group in range((len(str(number)) - 1) // 4, -1, -1):
        part = number // 10_000**group % 10_000
        if not part:
            gap = True
            continue
        # A zero is read where places were skipped, inside a group or between two.
        words += ("零" if words and (gap or part < 1000) else "") + _group(part) + GROUPS[group]
        gap = False
    return words


def _group(part: int) -> str:
    words, gap = "", False
    for place in range(3, -1, -1):
        digit = part // 10**place % 10
        if digit:
            words += ("零" if gap and words else "") + DIGITS[digit] + PLACES[place]
        gap = not digit
    return words

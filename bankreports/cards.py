"""What an account number says of itself: whose card its first digits are, and whether it is a card's at all.

A hint to look at the card once more, never a reason to refuse. No complete table is published (domain.md B6), so this one is
short: ranges that banks have given out for long, as of AS_OF.
"""

from datetime import date

from bankreports.models import Bank

AS_OF = date(2026, 11, 27)
# 银行行别 and the first digits of its cards.
FIRST_DIGITS = {
    "102": "620058 621225 621226 621723 622200 622202 622203 622208 955880 955888",
    "103": "621282 621336 622840 622841 622844 622845 622846 622847 622848 622849",
    "104": "456351 601382 621256 621660 621661 621663 621666 621667 621668 621669 621785 621786 621787 621788 621790",
    "105": "436742 621081 621284 621467 621700 622280 622700",
    "301": "405512 601428 622258 622259 622260 622261 622262",
    "302": "433670 433680 622690 622691 622692 622696 622698",
    "303": "622660 622662 622663 622664 622665 622666 622667 622669 622670 622671 622672",
    "304": "622630 622631 622632 622633",
    "305": "415599 421393 622615 622616 622617 622618 622619 622620 622622",
    "308": "621286 621483 621485 621486 622580 622588 622598 622609",
    "309": "438588 438589 622908 622909",
    "310": "622516 622517 622518 622521 622522 622523",
    "403": "621095 621096 621098 621599 621797 621798 621799 622150 622151 622181 622188 955100",
}
BANK_OF = {digits: code for code, several in FIRST_DIGITS.items() for digits in several.split()}
CARD_LENGTHS = range(16, 20)


def bank_code(number: str) -> str:
    """The 银行行别 whose card this number begins like; empty where that is not known."""
    return BANK_OF.get(number[:6], "")


def doubts(number: str, bank: Bank, *, passbook: bool | None = None) -> list[str]:
    """What does not fit together, as sentences that say where to look. `passbook`: what kind of account it is said to be, if asked."""
    found = []
    code = bank_code(number) if len(number) in CARD_LENGTHS else ""
    if code and code != bank.code:
        found.append(
            f"这个账号的开头像是{Bank.objects.get(code=code)}的卡，您选的是{bank}。请看卡面核对一次；没有错就可以继续。"
        )
    if passbook and code:
        found.append("您选的是存折，这个账号像是银行卡号。请核对一次；没有错就可以继续。")
    if passbook is False and len(number) not in CARD_LENGTHS:
        found.append(
            f"您选的是卡，卡号一般是 16 到 19 位，这个账号有 {len(number)} 位，像是存折的账号。请核对一次；没有错就可以继续。"
        )
    return found

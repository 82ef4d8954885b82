"""Characters that GB 18030 had no place for in Unicode at first, and that old systems still send from the private-use area: each has a
real one by now (GB 18030-2022), and two systems only agree on a name if both write that."""

# GBK FE50 to FEA0, which stood at U+E815 and on.
_FROM_E815 = (
    "⺁𠂇𠂉𠃌⺄㑳㑇⺈⺋龴㖞㘚㘎⺌⺗㥮㤘龵㧏㧟㩳㧐龶龷㭎㱮㳠⺧𡗗龸⺪䁖䅟⺮䌷⺳⺶⺷𢦏䎱"
    "䎬⺻䏝䓖䙡䙌龹䜣䜩䝼䞍⻊䥇䥺䥽䦂䦃䦅䦆䦟䦛䦷䦶龺𤇾䲣䲟䲠䲡䱷䲢䴓䴔䴕䴖䴗䴘䴙䶮龻"
)
REAL = {0xE815 + place: real for place, real in enumerate(_FROM_E815)} | {0xE7C7: "ḿ", 0xE7C8: "ǹ"}


def made_real(text: str) -> str:
    """The text with every private-use character that has a real one written as that."""
    return text if text.isascii() else text.translate(REAL)

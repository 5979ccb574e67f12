"""Whole numbers out of addresses and hidden fields (pure)."""


def whole_number(text: str, *, digits: int = 9) -> int | None:
    """The number, or None for anything but one to `digits` plain digits.

    `str.isdigit` also says yes to ² and to digits of other scripts, and Python refuses to read very long numbers.
    """
    return int(text) if 0 < len(text) <= digits and text.isascii() and text.isdigit() else None

"""Receipt numbers of photos."""

from __future__ import annotations

import pytest

from shared.infrastructure.errors import Refused
from shared.language.receipts import grouped, is_receipt, make, parse


def test_a_receipt_number_is_nine_digits_and_a_check_digit() -> None:
    assert make(482177305) == make(10**30 + 482177305) == "4821773052"
    assert make(7) == "0000000071"
    assert grouped("4821773052") == "482-177-3052"


@pytest.mark.parametrize(
    "typed", ["4821773052", "482-177-3052", " 482 177 3052 ", "４８２１７７３０５２", "482—177·3052"]
)
def test_it_is_understood_however_it_is_typed(typed: str) -> None:
    assert parse(typed) == "4821773052"


@pytest.mark.parametrize("typed", ["", "482177305", "48217730520", "482177305X", "4821773053", "٤٨٢١٧٧٣٠٥٢"])
def test_what_is_no_receipt_number_is_refused_at_its_field(typed: str) -> None:
    with pytest.raises(Refused, match="receipt-mistyped") as refused:
        parse(typed)
    assert refused.value.where == "receipt"


def test_any_wrong_digit_is_noticed() -> None:
    right = make(482177305)
    others = {f"{right[:at]}{digit}{right[at + 1 :]}" for at in range(10) for digit in "0123456789"} - {right}
    assert len(others) == 90 and not any(is_receipt(other) for other in others)

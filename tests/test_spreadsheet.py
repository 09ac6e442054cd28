"""No cell of a CSV file is a formula to a spreadsheet, however that splits and reads it."""

import csv
import io

import pytest

from bgconsole.exchange.spreadsheet import cell


@pytest.mark.parametrize(
    "sign", ["=", "+", "-", "@", *"\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe6b\u207c\u2212"]
)
@pytest.mark.parametrize(
    "shape",
    ["{}1+1", " {}1", '"{}1"', "x;{}1", "x; {}1", 'x;"{}1', "a|{}1", "a\t{}1", ";;{}1", "'{}"],
)
def test_what_a_spreadsheet_could_take_for_a_formula_is_marked(sign: str, shape: str) -> None:
    written = cell(shape.replace("{}", sign))
    out = io.StringIO()
    csv.writer(out).writerow(["first", written])
    line = out.getvalue().rstrip("\r\n")
    for delimiter in ",;|\t":
        for quoted in (csv.QUOTE_MINIMAL, csv.QUOTE_NONE):
            for row in csv.reader([line], delimiter=delimiter, quoting=quoted):
                for one in row:
                    begun = one.lstrip(" \"'\u00a0")
                    assert not begun.startswith(sign) or "'" in one[: one.index(sign)]


@pytest.mark.parametrize("text", ["", "x", "a-b", "2026-11-27T10:00:00Z", "x;y", "ada@example.com"])
def test_other_text_stays_as_it_is(text: str) -> None:
    assert cell(text) == text

"""Each row is kept as its sender wrote it, to the byte."""

import json

import pytest

from api.adapters.dvcqg.parsing import rows_as_received

ODD = '{ "a" : [1, {"data": []}], "\\u0064ata" : [ {"x":1.50, "y":"\\u0110"} , [2] ,\n3 ] , "z": null }'


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ('[{"a":1}, {"b" : 2}]', ['{"a":1}', '{"b" : 2}']),
        (" [ ] ", []),
        ('{"MaHoSo":"1"}\n', ['{"MaHoSo":"1"}']),
        (ODD, ['{"x":1.50, "y":"\\u0110"}', "[2]", "3"]),
        ('{"data":[1],"data":[2]}', ["2"]),
        ('{"data":"x"}', ['{"data":"x"}']),
        ("{}", ["{}"]),
        ("5", ["5"]),
    ],
)
def test_a_row_is_cut_out_exactly_as_it_came(text: str, rows: list[str]) -> None:
    json.loads(text)

    assert rows_as_received(text) == rows

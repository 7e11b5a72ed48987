"""Files of loggers are read by their description. No maker's format is meant here: each one is made up."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from biobank.monitoring import loggers
from biobank.monitoring.loggers import Line, LoggerFileRefused, LoggerFormatRefused

NORDIC = """
logger = "made-up-nordic"
version = 1
delimiter = ";"
decimal = ","
lines_before = 2
time = ["Dato", "Tid"]
time_form = "%d.%m.%Y %H:%M:%S"
zone = "Europe/Oslo"
value = "Temp [°F]"
unit = "°F"
nothing = ["", "---"]
"""
BEFORE = "Made-up export;;;\nSerial 7;;;\n"
PLAIN = """
logger = "made-up-plain"
version = 1
delimiter = ","
decimal = "."
time = ["at"]
value = "k"
unit = "K"
sensor = "probe"
"""


def test_columns_zone_comma_and_degrees_are_those_of_the_description() -> None:
    rows = "Dato;Tid;Temp [°F];Alarm\r\n02.01.2030;00:30:00;-238,0;no\r\n"
    rows += "02.07.2030;00:30:00;-238,5;no\r\n02.07.2030;00:31:00;---;no\r\n"
    told = list(loggers.read(f"\ufeff{BEFORE}{rows}", loggers.described(NORDIC)))
    assert told == [
        Line(4, None, datetime(2030, 1, 1, 23, 30, tzinfo=UTC), Decimal("-150.000")),
        Line(5, None, datetime(2030, 7, 1, 22, 30, tzinfo=UTC), Decimal("-150.278")),
        Line(6, None, datetime(2030, 7, 1, 22, 31, tzinfo=UTC), None),
    ]


def test_a_row_may_name_its_sensor_and_carry_its_zone() -> None:
    told = list(loggers.read('k,probe,at\n"77.35",top,2030-01-02T00:30:00.250+01:00\n', loggers.described(PLAIN)))
    assert told == [Line(2, "top", datetime(2030, 1, 1, 23, 30, 0, 250_000, tzinfo=UTC), Decimal("-195.800"))]


@pytest.mark.parametrize(
    ("rows", "row", "column", "why"),
    [
        ("Dato;Tid;Temp [°C]\n", 3, "Temp [°F]", "0 of the headings"),
        ("Dato;Tid;Temp [°F];Temp [°F]\n", 3, "Temp [°F]", "2 of the headings"),
        ("Dato;Tid;Temp [\ufffdF]\n", 1, "all", "UTF-8"),
        ('Dato;Tid;Temp [°F]\n02.01.2030;"00:30:00;-238,0\n', 4, "all", "columns"),
        ("Dato;Tid;Temp [°F]\n02.01.2030;00:30:00\n", 4, "all", "row: 2, headings: 3"),
        ("Dato;Tid;Temp [°F]\n02.01.2030;00:30:00;-١\n", 4, "Temp [°F]", "number"),
        ("Dato;Tid;Temp [°F]\n02.01.2030;00:30:00;99999\n", 4, "Temp [°F]", "no probe tells"),
        ("Dato;Tid;Temp [°F]\n02.01.2030;00:30:00;-238.0\n", 4, "Temp [°F]", "number"),
        ("Dato;Tid;Temp [°F]\n02.01.2030;00:30:00;-460\n", 4, "Temp [°F]", "below"),
        ("Dato;Tid;Temp [°F]\n02.01.2030;00:30:00;-1e2\n", 4, "Temp [°F]", "number"),
        ("Dato;Tid;Temp [°F]\n2030-01-02;00:30:00;-238,0\n", 4, "Dato Tid", "no time"),
        ("Dato;Tid;Temp [°F]\n02.01.2030;00:30:00;1,0\n31.03.2030;02:30:00;1,0\n", 5, "Dato Tid", "changed in that hour"),
        ("Dato;Tid;Temp [°F]\n27.10.2030;02:30:00;1,0\n", 4, "Dato Tid", "changed in that hour"),
    ],
)
def test_what_cannot_be_relied_on_is_refused_with_row_and_column(rows: str, row: int, column: str, why: str) -> None:
    with pytest.raises(LoggerFileRefused) as refusal:
        list(loggers.read(BEFORE + rows, loggers.described(NORDIC)))
    assert (refusal.value.facts["row"], refusal.value.facts["column"]) == (row, column)
    assert why in str(refusal.value.facts["why"])


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ('delimiter = ";"', 'delimiter = ","', "decimal mark"),
        ('"Europe/Oslo"', '"Europe/Atlantis"', "no such time zone"),
        ('"Europe/Oslo"', '"localtime"', "no such time zone"),
        ("%H:%M:%S", "%H:%M:%S %Q", "bad directive"),
        ("%H:%M:%S", "%H", "leaves out"),
        ("%H:%M:%S", "%I:%M:%S", "leaves out"),
        ("%H:%M:%S", "%H:%M:%S%z", "either the time"),
        ('zone = "Europe/Oslo"', "", "either the time"),
        ('unit = "°F"', 'unit = "°R"', "unit"),
        ("version = 1", 'version = "1"', "version"),
        ("version = 1", "version = 1\ncolour = 'red'", "colour"),
        ("version = 1", "version = ", "value"),
    ],
)
def test_a_description_that_cannot_be_followed_is_refused(old: str, new: str, why: str) -> None:
    with pytest.raises(LoggerFormatRefused) as refusal:
        loggers.described(NORDIC.replace(old, new))
    assert why in str(refusal.value.facts["why"])

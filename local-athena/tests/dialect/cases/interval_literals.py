"""Literals of intervals, of times and of timestamps: which qualifiers there are, which parts, and what is said of others.

https://github.com/trinodb/trino/tree/master/core/trino-main/src/test/java/io/trino/operator/scalar/interval, and ``timetz`` and
``timestamptz`` beside it.
"""

from tests.dialect.cases.case import Case as C  # noqa: N817
from tests.dialect.cases.case import Refused as R  # noqa: N817

DAYS, MONTHS = "interval day to second", "interval year to month"
UNITS = ("YEAR", "MONTH", "DAY", "HOUR", "MINUTE", "SECOND")
SPANS = {"YEAR": ("MONTH",), "DAY": ("HOUR", "MINUTE", "SECOND"), "HOUR": ("MINUTE", "SECOND"), "MINUTE": ("SECOND",)}

CASES = [
    C("interval '12' day to second", "12 00:00:00.000", DAYS),
    C("interval '-10:45' hour to second", "-0 10:45:00.000", DAYS),
    C(
        "interval '34:56.12345678' minute to second",
        "0 00:34:56.123",
        DAYS,
        "what is finer than milliseconds is left out",
    ),
    C("interval '-124-30' year to month", "-126-6", MONTHS),
    C("interval '2147483647' month", "178956970-7", MONTHS),
]

REFUSED = [
    *(
        R(f"interval '12' {start} to {end}", "INVALID_LITERAL", f"line 1:8: Invalid interval qualifier: {start} to {end}")
        for start in UNITS
        for end in UNITS
        if end not in SPANS.get(start, ())
    ),
    *(
        R(f"interval '{text}' {unit}", "INVALID_LITERAL", f"line 1:8: Invalid INTERVAL {unit} value: {text}")
        for text, unit in (
            ("7x", "DAY"), ("7 08", "DAY"), ("7 x", "DAY TO HOUR"), ("7 -08", "DAY TO HOUR"), ("--7 08", "DAY TO HOUR"), ("7-x", "YEAR TO MONTH"),
            ("7--1", "YEAR TO MONTH"), ("7-1", "YEAR"), ("", "DAY"), ("178956971", "YEAR"), ("2147483648", "MONTH"), ("2147483648", "SECOND"), ("99999999999", "DAY"),
        )
    ),
    *(R(f"interval '1' {unit}", "TYPE_NOT_FOUND", "line 1:8: Unknown type: interval") for unit in ("week", "quarter", "millisecond", "days")),
    R("time '12:34:56.1234567890123'", "INVALID_FUNCTION_ARGUMENT", "TIME precision must be in range [0, 12]: 13"),
    R("time '12:34:56.1234567890123-08:35'", "INVALID_FUNCTION_ARGUMENT", "TIME WITH TIME ZONE precision must be in range [0, 12]: 13"),
    R("cast('12:34:56.1234567890123' as time(12))", "INVALID_CAST_ARGUMENT", "Value cannot be cast to time: 12:34:56.1234567890123"),
    # a zone stands behind a space, where there is no time before it
    R("timestamp '2001-1-2+07:09'", "INVALID_LITERAL"),
    R("cast('2001-1-2+07:09' as timestamp with time zone)", "INVALID_CAST_ARGUMENT"),
    R("cast(x as timestamp(9) with time zone) from (values '2001-01-02UTC') t(x)", "INVALID_CAST_ARGUMENT"),
]  # fmt: skip

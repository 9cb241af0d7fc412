"""Functions and operators of a NULL that is a timestamp with time zone: it keeps its type, written as a constant too."""

from tests.dialect.cases.case import Case as C  # noqa: N817

TZ = "timestamp({}) with time zone"
BIGINT = (
    "year(x)",
    "extract(second from x)",
    "millisecond(x)",
    "date_diff('day', x, x)",
    "date_diff('second', x, current_timestamp)",
    "date_diff('year', current_timestamp, x)",
)
SAME = ("date_trunc('hour', x)", "date_trunc('month', x)", "date_add('second', 1, x)", "date_add('week', 1, x)")

CASES = [
    *(
        C(expression.replace("x,", f"cast(null as {t}),").replace("x)", f"cast(null as {t}))"), None, "bigint")
        for t in map(TZ.format, (0, 6, 9))
        for expression in BIGINT
    ),
    *(
        C(expression.replace("x)", f"cast(null as {t}))"), None, t)
        for t in map(TZ.format, (3, 12))
        for expression in SAME
    ),
    C("to_unixtime(cast(null as timestamp with time zone))", None, "double"),
    C("to_iso8601(cast(null as timestamp(0) with time zone))", None, "varchar(28)"),
    C("date_format(cast(null as timestamp(6) with time zone), '%Y')", None, "varchar"),
    C("to_char(cast(null as timestamp(9) with time zone), 'yyyy')", None, "varchar"),
    C("cast(null as timestamp(0) with time zone) + interval '1' day", None, TZ.format(3)),
    C("current_timestamp - cast(null as timestamp(6) with time zone)", None, "interval day to second"),
    C("cast(cast(null as timestamp(9) with time zone) as time(6) with time zone)", None, "time(6) with time zone"),
    C("cast(cast(null as timestamp(6) with time zone) as timestamp(1) with time zone)", None, TZ.format(1)),
]  # fmt: skip

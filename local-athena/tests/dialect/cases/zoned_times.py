"""Times and timestamps with time zone: arithmetic of the former, and the order of both, which is that of their instants.

https://trino.io/docs/current/functions/datetime.html#date-and-time-operators; a time with time zone is compared and subtracted at
offset zero, within a day (``TimeWithTimeZoneOperators`` in core/trino-main).
"""

from tests.dialect.cases.case import Case as C  # noqa: N817
from tests.dialect.cases.case import Refused as R  # noqa: N817

TIMES = "(values (time '11:00:00+06:00', 'five'), (time '07:00:00+00:00', 'seven'), (time '23:00:00-04:00', 'three')) t(x, y)"
HERE, THERE = "timestamp '2024-03-04 11:00:00 +06:00'", "timestamp '2024-03-04 05:00:00 UTC'"
MOMENTS = f"(values ({HERE}, 'first'), ({THERE}, 'second')) t(x, y)"
DAYS = "interval day to second"

CASES = [
    # a clock that is set back by half an hour, and by two hours
    C("to_unixtime(timestamp '2020-04-05 01:45:00 Australia/Lord_Howe')", 1586011500.0, "double"),
    C("to_iso8601(x) from (values timestamp '2020-04-05 01:45:00.1234567 Australia/Lord_Howe') t(x)", "2020-04-05T01:45:00.1234567+11:00", "varchar(36)"),
    C("to_unixtime(timestamp '2020-10-25 01:30:00 Antarctica/Troll')", 1603582200.0, "double"),
    C("cast(time '11:15:00+06:00' + interval '50' minute as varchar)", "12:05:00.000+06:00", "varchar"),
    C("cast(interval '50' minute + time '23:15:00-03:30' as varchar)", "00:05:00.000-03:30", "varchar", "past midnight"),
    C("cast(time '00:15:00+06:00' - interval '50' minute as varchar)", "23:25:00.000+06:00", "varchar"),
    C("cast(x - interval '3 01:00' day to minute as varchar) from (values time '11:15:00.1234+06:00') t(x)", "10:15:00.1234+06:00", "varchar", "whole days are nothing"),
    C("typeof(time '11:15:00+06:00' + interval '1' hour)", "time(3) with time zone", "varchar"),
    C("typeof(time '11:15:00.1234+06:00' - interval '1' hour)", "time(4) with time zone", "varchar"),
    C("time '11:15:00+06:00' - time '05:00:00+00:00'", "0 00:15:00.000", DAYS),
    C("time '01:00:00+06:00' - time '05:00:00+00:00'", "0 14:00:00.000", DAYS, "it was 19:00 there, of no day"),
    C("time '11:00:00.0007+06:00' - time '05:00:00+00:00'", "0 00:00:00.001", DAYS),
    C("time '11:15:00+06:00' - time '05:00:00'", "0 00:15:00.000", DAYS),
    C("time '11:00:00+06:00' between time '05:00:00+00:00' and time '04:30:00-01:00'", True, "boolean"),
    C(f"max(x) = time '07:00:00+00:00' from {TIMES}", True, "boolean"),
    C(f"array[max_by(y, x), min_by(y, x)] from {TIMES}", ["seven", "three"], "array(varchar(5))"),
    C(f"max_by(y, x, 2) from {TIMES}", ["seven", "five"], "array(varchar(5))"),
    C(f"cast(min(x) as varchar) from {TIMES}", "23:00:00-04:00", "varchar"),
    C(f"cast(max(x, 2) as array(varchar)) from {TIMES}", ["07:00:00+00:00", "11:00:00+06:00"], "array(varchar)"),
    C("cast(greatest(time '11:00:00+06:00', time '07:00:00+00:00') as varchar)", "07:00:00+00:00", "varchar"),
    C("cast(least(time '11:00:00+06:00', time '07:00:00+00:00') as varchar)", "11:00:00+06:00", "varchar"),
    C(f"cast(array_sort(array_agg(x)) as array(varchar)) from {TIMES}", ["23:00:00-04:00", "11:00:00+06:00", "07:00:00+00:00"], "array(varchar)"),
    C(f"cast(array_max(array_agg(x)) as varchar) from {TIMES}", "07:00:00+00:00", "varchar"),
    C(f"cast(array_min(array_agg(x)) as varchar) from {TIMES}", "23:00:00-04:00", "varchar"),
    C("contains(array[time '11:00:00+06:00'], time '05:00:00+00:00')", True, "boolean"),
    C("array_position(array[time '01:00:00+00:00', time '11:00:00+06:00'], time '05:00:00+00:00')", 2, "bigint"),
    C("cardinality(array_remove(array[time '11:00:00+06:00'], time '05:00:00+00:00'))", 0, "bigint"),
    # of equal instants the one that came first
    C(f"cast(max(x) as varchar) from {MOMENTS}", "2024-03-04 11:00:00 +06:00", "varchar"),
    C(f"cast(min(x) as varchar) from {MOMENTS}", "2024-03-04 11:00:00 +06:00", "varchar"),
    C(f"array[max_by(y, x), min_by(y, x)] from {MOMENTS}", ["first", "first"], "array(varchar(6))"),
    C(f"cast(greatest({HERE}, {THERE}) as varchar)", "2024-03-04 11:00:00 +06:00", "varchar"),
    C(f"cast(least({THERE}, {HERE}) as varchar)", "2024-03-04 05:00:00 UTC", "varchar"),
    C(f"cast(array_sort(array[{THERE}, null, {HERE}]) as array(varchar))", ["2024-03-04 05:00:00 UTC", "2024-03-04 11:00:00 +06:00", None], "array(varchar)"),
    C(f"cast(array_sort(array[{HERE}, {THERE}]) as array(varchar))", ["2024-03-04 11:00:00 +06:00", "2024-03-04 05:00:00 UTC"], "array(varchar)"),
    C(f"transform(array_sort(array[row({THERE}, 2), row({HERE}, 1), row({THERE}, 0)]), r -> r[2])", [0, 1, 2], "array(integer)"),
    C(f"transform(array_sort(array[row({HERE}, 2), row({THERE}, 1)]), r -> r[2])", [1, 2], "array(integer)"),
    C("array_sort(cast(null as array(time with time zone))) is null", True, "boolean"),
]  # fmt: skip

REFUSED = [
    R("time '11:00:00+06:00' + interval '1' month", "TYPE_MISMATCH", "Cannot apply operator"),
    R("interval '1' hour - time '11:00:00+06:00'", "TYPE_MISMATCH", "Cannot apply operator"),
    R("array_distinct(array[time '11:00:00+06:00'])", "NOT_SUPPORTED", "on times or timestamps with time zone", ours=True),
    R(f"map(array[{HERE}, {THERE}], array[1, 2])", "NOT_SUPPORTED", "A map of timestamps of several zones", ours=True),
]  # fmt: skip

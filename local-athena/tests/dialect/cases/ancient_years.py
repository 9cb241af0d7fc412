"""Years before 1 and after 9999, and years with a sign, read and written.

Trino writes a date by Joda's ISODateTimeFormat.date(), a timestamp by Java's ``uuuu-MM-dd HH:mm:ss``: https://docs.oracle.com/en/java/
javase/21/docs/api/java.base/java/time/format/DateTimeFormatter.html (``uuuu``: a plus where the year has more than four digits).
"""

from tests.dialect.cases.case import Case as C  # noqa: N817
from tests.dialect.cases.case import Refused as R  # noqa: N817

LONG_AGO = "timestamp '-0001-02-03 04:05:06.789'"

CASES = [
    C("cast(date '0000-02-29' as varchar)", "0000-02-29", "varchar", "the year before 1 is 0"),
    C("cast(date '-0001-12-31' as varchar)", "-0001-12-31", "varchar"),
    C("cast(date '-12345-06-07' as varchar)", "-12345-06-07", "varchar"),
    C("cast(date '12345-06-07' as varchar)", "12345-06-07", "varchar", "Joda writes no plus"),
    C("cast(date '-0044-03-15' as varchar(11))", "-0044-03-15", "varchar(11)"),
    C("cast(date '0009-08-07' as varchar)", "0009-08-07", "varchar"),
    C("cast(x as varchar) from (values cast(null as date)) t(x)", None, "varchar"),
    C("cast(x - interval '800' year as varchar) from (values date '0776-07-01') t(x)", "-0024-07-01", "varchar"),
    C("try_cast(date '-0001-12-31' as varchar)", "-0001-12-31", "varchar"),
    C("try_cast(min(x) as varchar) from (values date '0000-01-01') t(x)", "0000-01-01", "varchar"),
    C(f"cast({LONG_AGO} as varchar)", "-0001-02-03 04:05:06.789", "varchar"),
    C("cast(timestamp '0000-01-01 00:00:00' as varchar)", "0000-01-01 00:00:00", "varchar"),
    C("cast(timestamp '-0010-01-01 01:02:03.4' as varchar)", "-0010-01-01 01:02:03.4", "varchar"),
    C("cast(timestamp '-0010-01-01 01:02:03.4567' as varchar)", "-0010-01-01 01:02:03.4567", "varchar"),
    C("cast(timestamp '23456-07-08 09:10:11' as varchar)", "+23456-07-08 09:10:11", "varchar", "java.time writes a plus"),
    C("cast(timestamp '9999-12-31 23:59:59.999999' as varchar)", "9999-12-31 23:59:59.999999", "varchar"),
    C("cast(timestamp '-0001-02-03 04:05:06 +09:00' as varchar)", "-0001-02-03 04:05:06 +09:00", "varchar"),
    C("cast(timestamp '0001-01-01 01:00:00 +05:00' as varchar)", "0001-01-01 01:00:00 +05:00", "varchar", "in UTC it was still year 0"),
    C("cast(timestamp '9999-12-31 23:30:00 -05:00' as varchar)", "9999-12-31 23:30:00 -05:00", "varchar"),
    C("cast(date '-0005-01-02' as json)", '"-0005-01-02"', "json"),
    C(f"cast(array[{LONG_AGO}] as json)", '["-0001-02-03 04:05:06.789"]', "json"),
    C("json_format(cast(map(array['d'], array[date '0000-10-10']) as json))", '{"d":"0000-10-10"}', "varchar"),
    C("array_join(array[date '0000-01-02', date '-0300-01-02'], '; ')", "0000-01-02; -0300-01-02", "varchar"),
    C("concat('on ', cast(date '-0300-01-02' as varchar))", "on -0300-01-02", "varchar"),
    C("format('%s, %s', date '-0300-01-02', timestamp '-0300-01-02 03:04:05')", "-0300-01-02, -0300-01-02T03:04:05", "varchar"),
    C("to_iso8601(date '-0300-01-02')", "-0300-01-02", "varchar(16)"),
    C("to_iso8601(timestamp '0000-05-06 07:08:09')", "0000-05-06T07:08:09", "varchar(22)"),
    C("to_iso8601(timestamp '-0002-05-06 07:08:09 -03:00')", "-0002-05-06T07:08:09-03:00", "varchar(28)"),
    C("date_format(date '-0300-01-02', '%d.%m.%Y')", "02.01.-0300", "varchar"),
    C("date_format(timestamp '0000-11-12 13:14:15', '%Y%y %H')", "000000 13", "varchar"),
    C("date_format(timestamp '0987-06-05 04:03:02', '%Y/%m')", "0987/06", "varchar"),
    C("date_format(x, '%Y') from (values cast(null as timestamp)) t(x)", None, "varchar"),
    # texts and patterns
    C("cast(date_parse('0000 52', '%x %v') as varchar)", "0000-12-25 00:00:00.000", "varchar"),
    C("cast(parse_datetime('70000-07', 'yyyyy-MM') as varchar)", "+70000-07-01 00:00:00.000 UTC", "varchar"),
    C("cast(date_parse('0000-02-29', '%Y-%m-%d') as varchar)", "0000-02-29 00:00:00.000", "varchar"),
    *(C(f"cast({call} as varchar)", text, "varchar") for call, text in (
        ("parse_datetime('-0044-03-15', 'yyyy-MM-dd')", "-0044-03-15 00:00:00.000 UTC"), ("parse_datetime('12345-03-15', 'yyyy-MM-dd')", "+12345-03-15 00:00:00.000 UTC"),
        ("parse_datetime('0000-01-3', 'xxxx-ww-e')", "0000-01-05 00:00:00.000 UTC"), ("try(parse_datetime('0000-01-01', 'yyyy-MM-dd'))", "0000-01-01 00:00:00.000 UTC"),
        ("from_iso8601_timestamp('0000-01-01T10:20:30.123Z')", "0000-01-01 10:20:30.123 UTC"), ("from_iso8601_timestamp('-0044-03-15T10:20:30+01:00')", "-0044-03-15 10:20:30.000 +01:00"),
        ("from_iso8601_timestamp_nanos('0000-01-01T10:20:30.123456789Z')", "0000-01-01 10:20:30.123456789 UTC"),
        ("from_iso8601_timestamp_nanos('-0044-03-15T10:20')", "-0044-03-15 10:20:00.000000000 UTC"),
        ("from_iso8601_date('-0044-075')", "-0044-03-15"), ("from_iso8601_date('0000-W01-1')", "0000-01-03"), ("to_date('0000-03-04', 'yyyy-mm-dd')", "0000-03-04"),
        ("to_timestamp('-0044-03-15', 'yyyy-mm-dd')", "-0044-03-15 00:00:00.000"))),
    C("date_format(timestamp '0000-01-01 00:00:00', '%Y %y %x %v %j %a')", "0000 00 -0001 52 001 Sat", "varchar"),
    C("date_format(x, '%Y %y %x-%v %H') from (values timestamp '-0044-03-15 12:00:00') t(x)", "-0044 44 -0044-11 12", "varchar"),
    C("date_format(timestamp '12345-03-15 12:00:00', '%Y-%m-%d %y %x')", "12345-03-15 45 12345", "varchar"),
    C("format_datetime(timestamp '-0044-03-15 12:00:00', 'yyyy yy Y y xxxx C G MM dd E')", "-0044 44 45 -44 -0044 0 BC 03 15 Thu", "varchar"),
    C("format_datetime(timestamp '12345-03-15 12:34:56.789', 'yyyy-MM-dd HH:mm:ss.SSS')", "12345-03-15 12:34:56.789", "varchar"),
    C("to_char(timestamp '-0044-03-15 12:00:00', 'yyyy-mm-dd')", "-0044-03-15", "varchar"),
    # a year may be written with a sign
    C("date '+1987-06-05'", "1987-06-05", "date"),
    C("cast('+1987-06-05' as date)", "1987-06-05", "date"),
    C("cast(cast(x as date) as varchar) from (values ' +23456-01-02 ') t(x)", "23456-01-02", "varchar"),
    C("cast(cast(x as date) as varchar) from (values '-0044-03-15') t(x)", "-0044-03-15", "varchar"),
    C("timestamp '+1987-06-05 04:03:02'", "1987-06-05 04:03:02", "timestamp(0)"),
    C("cast(x as timestamp) from (values '+1987-06-05 04:03') t(x)", "1987-06-05 04:03:00.000", "timestamp(3)"),
    C("cast(x as timestamp(0)) from (values ' +1987-06-05 04:03:02 UTC') t(x)", "1987-06-05 04:03:02", "timestamp(0)"),
    C("cast(timestamp '+1987-06-05 04:03:02 +01:00' as varchar)", "1987-06-05 04:03:02 +01:00", "varchar"),
    C("cast(cast(x as timestamp(0) with time zone) as varchar) from (values '+1987-06-05 04:03:02 UTC') t(x)", "1987-06-05 04:03:02 UTC", "varchar"),
]  # fmt: skip

REFUSED = [
    R("cast(date '-0001-12-31' as varchar(10))", "INVALID_CAST_ARGUMENT", "Value -0001-12-31 cannot be represented as varchar(10)"),
    R("parse_datetime('123456789-03-15', 'yyyy-MM-dd')", "NOT_SUPPORTED", "A year outside -290000 to 290000", ours=True),
    R("try(parse_datetime(x, 'yyyy-MM-dd')) from (values '123456789-03-15') t(x)", "NOT_SUPPORTED", "A year outside -290000 to 290000", ours=True),
    R("parse_datetime('73327-03-15', 'yyyy-MM-dd')", "INVALID_FUNCTION_ARGUMENT", "Millis overflow: 2251815724800000"),
    R("parse_datetime('0000-03-15', 'YYYY-MM-dd')", "INVALID_FUNCTION_ARGUMENT", "Value 0 for yearOfEra must be in the range [1,292278993]"),
    R("from_iso8601_date('0000-02-30')", "INVALID_FUNCTION_ARGUMENT", "Value 30 for dayOfMonth must be in the range [1,29]"),
    R("from_iso8601_timestamp_nanos('2020-02-28T24:20')", "INVALID_FUNCTION_ARGUMENT", "could not be parsed"),
    R("format('%tY', date '0000-05-06')", "NOT_SUPPORTED", "a year outside 1 to 9999", ours=True),
    R("cast('++1987-06-05' as date)", "INVALID_CAST_ARGUMENT"),
]  # fmt: skip

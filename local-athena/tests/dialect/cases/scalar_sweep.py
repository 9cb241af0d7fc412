"""Corners of scalar functions that Trino's own tests turn to: NaN, the ends of bigint, order, the wording of failures.

https://github.com/trinodb/trino/tree/master/core/trino-main/src/test/java/io/trino/operator/scalar
"""

from tests.dialect.cases.case import Case as C  # noqa: N817
from tests.dialect.cases.case import Refused as R  # noqa: N817

NAN = float("nan")
INVALID = "INVALID_FUNCTION_ARGUMENT"
BAD_CAST = "INVALID_CAST_ARGUMENT"
DOWN = "9223372036854775807, -9223372036854775808"
TOO_LONG = "result of sequence function must not have more than 10000 entries"

CASES = [
    # numbers in texts, to the last digit
    C("parse_data_size('70000000000000000001EB')", "80704505322479288321152921504606846976", "decimal(38,0)"),
    C("parse_data_size('0.3YB')", "362677745884388752411852", "decimal(38,0)"),
    C("format_datetime(timestamp '0001-01-01 00:00:00 America/New_York', 'zz')", "LMT", "varchar"),
    # maps
    C("map_entries(map(array[], null))", None, "array(row(unknown, unknown))"),
    C("map(array[7], null)", None, "map(integer, unknown)"),
    C("map_from_entries(array[])", {}, "map(unknown, unknown)"),
    C("map_from_entries(null)", None, "map(unknown, unknown)"),
    C("multimap_from_entries(array[])", {}, "map(unknown, array(unknown))"),
    C("element_at(map(array['k'], array[7]), 'longer')", None, "integer"),
    C("map(array['k', 'longer'], array[7, 8])['longer']", 8, "integer"),
    C("map(array['k'], array[7])[varchar 'k']", 7, "integer"),
    C("cast(map(array['7', '8'], array[1, 2]) as map(integer, varchar))", {7: "1", 8: "2"}, "map(integer, varchar)"),
    C("transform_keys(map(array[7, 8], array[1, 2]), (k, v) -> k * v)", {7: 1, 16: 2}, "map(integer, integer)"),
    # JSON
    C("json_array_contains('[7,]', 8)", None, "boolean"),
    C("json_array_length('[7, ]')", None, "bigint"),
    C("parse_datetime('2024 366', 'yyyy DDD')", "2024-12-31 00:00:00.000 UTC", "timestamp(3) with time zone"),
]  # fmt: skip

REFUSED = [
    R("format('%.2d', 7)", INVALID, "Invalid format string: %.2d (IllegalFormatPrecision: 2)"),
    R("format('%-05d', 7)", INVALID, "Invalid format string: %-05d (IllegalFormatFlags: Flags = '-0')"),
    R("format('%+ d', 7)", INVALID, "Invalid format string: %+ d (IllegalFormatFlags: Flags = '+ ')"),
    R("format('%,,d', 7)", INVALID, "Invalid format string: %,,d (DuplicateFormatFlags: Flags = ',')"),
    R("format('%#s', 7)", INVALID, "Invalid format string: %#s (FormatFlagsConversionMismatch: Conversion = s, Flags = #)"),
    R("format('%,e', 7e0)", INVALID, "(FormatFlagsConversionMismatch: Conversion = e, Flags = ,)"),
    R("format('%0d', 7)", INVALID, "Invalid format string: %0d (MissingFormatWidth: %0d)"),
    R("format('k%3n', 7)", INVALID, "Invalid format string: k%3n (IllegalFormatWidth: 3)"),
    R("format('%s %s', 7)", INVALID, "Invalid format string: %s %s (MissingFormatArgument: Format specifier '%s')"),
    R("format('%k', 7)", INVALID, "Invalid format string: %k (UnknownFormatConversion: Conversion = 'k')"),
    R("format('7%', 7)", INVALID, "Invalid format string: 7% (UnknownFormatConversion: Conversion = '%')"),
    R("format('%d', 7.5e0)", INVALID, "Invalid format string: %d (IllegalFormatConversion: d != java.lang.Double)"),
    R("format('%f', 7)", INVALID, "Invalid format string: %f (IllegalFormatConversion: f != java.lang.Long)"),
    R("format('%d', date '2020-02-02')", INVALID, "(IllegalFormatConversion: d != java.time.LocalDate)"),
    R("format('%d', timestamp '2020-02-02 02:02')", INVALID, "(IllegalFormatConversion: d != java.time.LocalDateTime)"),
    R("format('%tY', 'k')", INVALID, "Invalid format string: %tY (IllegalFormatConversion: Y != java.lang.String)"),
    R("map_from_entries(array[row(7, 8), null])", INVALID, "map entry cannot be null"),
    R("multimap_from_entries(array[null])", INVALID, "map entry cannot be null"),
    R("map_from_entries(array[row(cast(null as integer), 8)])", INVALID, "map key cannot be null"),
    R("map(array['k'], array[7])['longer']", INVALID, "Key not present in map: longer"),
    R("map(array[7, 7], array[8, 9])", INVALID, "Duplicate map keys (7) are not allowed"),
    R("map(array[7e0, nan(), nan()], array[7, 8, 9])", INVALID, "Duplicate map keys (NaN) are not allowed"),
    R("map(array[array[7], array[7]], array[8, 9])", INVALID, "Duplicate map keys ([7]) are not allowed"),
    R("map(array[row(7, cast(null as integer))], array[8])", INVALID, "map key cannot be indeterminate"),
    R("map_from_entries(array[row('k', 7), row('k', 8)])", INVALID, "Duplicate keys (k) are not allowed"),
    R("transform_keys(map(array[7, 8], array['k', 'k']), (k, v) -> v)", INVALID, "Duplicate keys (k) are not allowed"),
    R("cast(map(array['7', '07'], array[8, 9]) as map(integer, integer))", BAD_CAST, "duplicate keys"),
    R("cast(map(array[json 'null'], array[8]) as map(integer, integer))", BAD_CAST, "map key is null"),
    R("cast(json '7' as array(integer))", BAD_CAST, "Cannot cast to array(integer). Expected a json array, but got 7\n7"),
    R("cast(json '[[7]]' as map(varchar, integer))", BAD_CAST, "Expected a json object, but got [\n[[7]]"),
    R("cast(json '{\"k\": \"l\"}' as map(varchar, array(integer)))", BAD_CAST, "Cannot cast to map(varchar, array(integer)). Expected a json array, but got l\n{\"k\":\"l\"}"),
    R("cast(json '[7]' as array(row(k integer)))", BAD_CAST, "Cannot cast to array(row(k integer)). Expected a json array or object, but got 7\n[7]"),
    R("cast(json '[[7, []]]' as array(array(integer)))", BAD_CAST, "Cannot cast to array(array(integer)). Unexpected token when cast to integer: [\n[[7,[]]]"),
    R("cast(json '[7, \"k\"]' as array(integer))", BAD_CAST, "Cannot cast to array(integer). Cannot cast 'k' to INTEGER\n[7,\"k\"]"),
    R("cast(json '{\"k\": 3e9}' as row(k integer))", BAD_CAST, "Cannot cast to row(k integer). Out of range for integer: 3.0E9"),
    R("cast(json '{\"7\": 1, \"07\": 2}' as map(integer, integer))", BAD_CAST, "Cannot cast to map(integer, integer). Duplicate keys are not allowed\n{"),
    R("map_from_entries(array[row(nan(), 7), row(nan(), 8)])", INVALID, "Duplicate keys (NaN) are not allowed"),
    R("cast(map(array['NaN', ' NaN'], array[7, 8]) as map(double, integer))", BAD_CAST, "duplicate keys"),
    R("parse_data_size('100000000000000YB')", "NUMERIC_VALUE_OUT_OF_RANGE", "Value out of range: '100000000000000YB' ('1208"),
    R("date_add(x, 7, date '2020-02-02') from (values 'decade') t(x)", INVALID, "'decade' is not a valid DATE field"),
    R("is_json_scalar('[7')", INVALID, "Invalid JSON value: [7"),
    R("human_readable_seconds(-infinity())", INVALID, "Invalid argument found: -Infinity"),
    R("human_readable_seconds(nan())", INVALID, "Invalid argument found: NaN"),
    R("parse_duration('')", INVALID, "duration is empty"),
    R("parse_duration('7 weeks')", INVALID, "Unknown time unit: weeks"),
    R("parse_duration('seven')", INVALID, "duration is not a valid data duration string: seven"),
    # moments: Joda's words
    R("date_parse('2021-14-07', '%Y-%m-%d')", INVALID, 'Cannot parse "2021-14-07": Value 14 for monthOfYear must be in the range [1,12]'),
    R("date_parse('31:07', '%H:%i')", INVALID, 'Cannot parse "31:07": Value 31 for hourOfDay must be in the range [0,23]'),
    R("date_parse('17', '%h')", INVALID, "Value 17 for clockhourOfHalfday must be in the range [1,12]"),
    R("parse_datetime('2021-11-31', 'yyyy-MM-dd')", INVALID, "Value 31 for dayOfMonth must be in the range [1,30]"),
    R("parse_datetime('7:75', 'H:mm')", INVALID, "Value 75 for minuteOfHour must be in the range [0,59]"),
    R("parse_datetime('2023 366', 'yyyy DDD')", INVALID, 'Cannot parse "2023 366": Value 366 for dayOfYear must be in the range [1,365]'),
    R("parse_datetime('2024 0', 'yyyy D')", INVALID, "Value 0 for dayOfYear must be in the range [1,366]"),
    R("parse_datetime('2021 53', 'xxxx w')", INVALID, "Value 53 for weekOfWeekyear must be in the range [1,52]"),
    R("date_parse('2021 367', '%Y %j')", INVALID, "Value 367 for dayOfYear must be in the range [1,365]"),
    R("parse_datetime('seven', 'yyyy')", INVALID, 'Invalid format: "seven"'),
    R("parse_datetime('2021-', 'yyyy-MM')", INVALID, 'Invalid format: "2021-" is too short'),
    R("parse_datetime('2021-7k', 'yyyy-M')", INVALID, 'Invalid format: "2021-7k" is malformed at "k"'),
    R("parse_datetime('7', '')", INVALID, "Invalid pattern specification"),
    R("parse_datetime('7', 'bb')", INVALID, "Illegal pattern component: b"),
    R("format_datetime(timestamp '2021-07-07 07:07:07', 'bb')", INVALID, "Illegal pattern component: b"),
    R("from_iso8601_timestamp('2021-00-07')", INVALID, "Value 0 for monthOfYear must be in the range [1,12]"),
    R("from_iso8601_date('2021-02-29')", INVALID, 'Cannot parse "2021-02-29": Value 29 for dayOfMonth must be in the range [1,28]'),
    R("from_iso8601_date('2021-07-07 k')", INVALID, 'Invalid format: "2021-07-07 k" is malformed at " k"'),
]  # fmt: skip

"""Calls that ``functions.py`` measures: one line for each function of local Athena, over the columns of ``COLUMNS``.

A line reads ``function | Athena's call | DuckDB's nearest | Python's plainest``. Python's is an expression over the first column
that the call names, as ``x``. What DuckDB or Python has nothing near to is left empty. A function whose call reaches DuckDB
as it is written is not measured.
"""

# ruff: noqa: E501
from __future__ import annotations

COLUMNS = {
    "text": ("varchar", "CASE WHEN i % 10 = 3 THEN 'Größe ' || i || ' 東京' ELSE '  Order no ' || i || ' ' END"),
    "word": ("varchar", "['running', 'Happily', 'nations', 'Robert', 'żółć'][i % 5 + 1]"),
    "number": ("varchar", "CASE i % 3 WHEN 0 THEN '' || i / 7.0 WHEN 1 THEN '-1.5e3' ELSE '' || i END"),
    "whole": ("varchar", "'' || i * 37"),
    "bad": ("varchar", "CASE WHEN i % 10 = 3 THEN 'n/a' ELSE '' || i END"),
    "day_text": ("varchar", "'' || CAST(DATE '2019-01-01' + CAST(i % 3000 AS INTEGER) AS DATE)"),
    "bad_day": ("varchar", "CASE WHEN i % 10 = 3 THEN '2020-02-30' ELSE '' || CAST(DATE '2019-01-01' + CAST(i % 3000 AS INTEGER) AS DATE) END"),
    "moment_text": ("varchar", "strftime(TIMESTAMP '2019-01-01' + to_seconds(i * 97), '%Y-%m-%d %H:%M:%S.%g')"),
    "bad_moment": ("varchar", "CASE WHEN i % 10 = 3 THEN 'n/a' ELSE strftime(TIMESTAMP '2019-01-01' + to_seconds(i), '%Y-%m-%d %H:%M:%S') END"),
    "zoned_text": ("varchar", "strftime(TIMESTAMP '2019-01-01' + to_seconds(i * 97), '%Y-%m-%d %H:%M:%S') || ' America/New_York'"),
    "iso": ("varchar", "strftime(TIMESTAMP '2019-01-01' + to_seconds(i * 97), '%Y-%m-%dT%H:%M:%S.%gZ')"),
    "clock": ("varchar", "strftime(TIMESTAMP '2019-01-01' + to_seconds(i * 97), '%H:%M:%S')"),
    "yes": ("varchar", "['true', 'false', 'T', '0'][i % 4 + 1]"),
    "hex_text": ("varchar", "hex('Order ' || i)"),
    "base64_text": ("varchar", "base64(encode('Order ' || i))"),
    "base32_text": ("varchar", "'J5ZGIZLSEA' || chr(CAST(65 + i % 20 AS INTEGER)) || 'A'"),
    "url": ("varchar", "'https://www.example.com:8080/a/' || i || '?q=' || i || '&page=2#top'"),
    "escaped": ("varchar", "'a%20b+' || i || '%C3%A9'"),
    "pairs": ("varchar", "'a=' || i || ',b=2'"),
    "size": ("varchar", "i || '.5MB'"),
    "duration": ("varchar", "i || '.5m'"),
    "address": ("varchar", "'10.0.' || i % 256 || '.' || i // 256 % 256"),
    "identity": ("varchar", "'12151fd2-7586-11e9-8f9e-2a86e4' || printf('%06x', i % 16000000)"),
    "json_text": ("varchar", """'{"id": ' || i || ', "name": "Order ' || i || '", "price": ' || i / 4 || ', "tags": ["a", "b"]}'"""),
    "js": ("json", """'{"a":' || i || ',"b":2}'"""),
    "js_list": ("json", "'[' || i || ',2,3]'"),
    "js_number": ("json", "'' || i / 4"),
    "js_whole": ("json", "'' || i"),
    "js_text": ("json", """'"Order ' || i || '"'"""),
    "js_flag": ("json", "CASE WHEN i % 2 = 0 THEN 'true' ELSE 'false' END"),
    "octets": ("varbinary", "encode('Order no ' || i || ' of Größe')"),
    "four": ("varbinary", "unhex(printf('%08x', i % 2000000000))"),
    "eight": ("varbinary", "unhex(printf('%016x', i * 1001))"),
    "sixteen": ("varbinary", "unhex(md5('' || i))"),
    "i": ("bigint", "i * 1001"),
    "small": ("bigint", "i % 60 + 1"),
    "n": ("integer", "CAST(i AS INTEGER)"),
    "s": ("smallint", "CAST(i % 30000 AS SMALLINT)"),
    "y": ("tinyint", "CAST(i % 100 AS TINYINT)"),
    "d": ("double", "i / 7.0 - 1000"),
    "part": ("double", "(i % 998 + 1) / 1000.0"),
    "r": ("real", "CAST(i % 100000 / 8.0 AS FLOAT)"),
    "price": ("decimal(12,2)", "CAST(i % 1000000 / 4.0 AS DECIMAL(12,2))"),
    "flag": ("boolean", "i % 3 = 0"),
    "ts": ("timestamp(3)", "TIMESTAMP '2019-01-01' + to_milliseconds(i * 97001)"),
    "day": ("date", "CAST(DATE '2019-01-01' + CAST(i % 3000 AS INTEGER) AS DATE)"),
    "t": ("time(3)", "CAST(TIMESTAMP '2019-01-01' + to_milliseconds(i * 97001) AS TIME)"),
    "tz": ("timestamp(3) with time zone", "timezone('UTC', TIMESTAMP '2019-01-01' + to_milliseconds(i * 97001))"),
    "uid": ("uuid", "CAST(md5('' || i) AS UUID)"),
    "ints": ("array(bigint)", "[i, i % 7, 3, i % 5]"),
    "doubles": ("array(double)", "[i / 7.0, 2.5, 3.0]"),
    "words": ("array(varchar)", "['a' || i, 'b', 'c']"),
    "lists": ("array(array(bigint))", "[[i, 2], [3]]"),
    "m": ("map(varchar, double)", "MAP {'a': i / 7.0, 'b': 2.0}"),
}  # fmt: skip
"""Type in Athena, and the DuckDB expression over ``i``, the number of a row, that fills the column; each has NULLs besides."""

COLUMN_OF = {
    "varchar": "text", "varbinary": "octets", "bigint": "i", "integer": "n", "smallint": "s", "tinyint": "y", "double": "d",
    "real": "r", "decimal": "price", "boolean": "flag", "timestamp": "ts", "date": "day", "time": "t",
    "timestamp with time zone": "tz", "uuid": "uid", "json": "js",
}  # fmt: skip
"""The column of a cast's source type; one from text takes that of ``TEXT_OF``."""

TEXT_OF = {
    "tinyint": ("small_text", "bad"), "smallint": ("small_text", "bad"), "integer": ("whole", "bad"), "bigint": ("whole", "bad"),
    "real": ("number", "bad"), "double": ("number", "bad"), "decimal": ("number", "bad"), "boolean": ("yes", "bad"),
    "uuid": ("identity", "bad"), "date": ("day_text", "bad_day"), "timestamp": ("moment_text", "bad_moment"), "time": ("clock", "bad_clock"),
    "timestamp with time zone": ("zoned_text", "bad_moment"), "time with time zone": ("clock", "bad_clock"), "ipaddress": ("address", "bad_address"),
}  # fmt: skip
"""For a cast of text: a column that can be cast, and one of which a tenth cannot, for TRY_CAST."""
COLUMNS["bad_address"] = (
    "varchar",
    "CASE WHEN i % 10 = 3 THEN 'n/a' ELSE '10.0.' || i % 256 || '.' || i // 256 % 256 END",
)
COLUMNS["bad_clock"] = (
    "varchar",
    "CASE WHEN i % 10 = 3 THEN 'n/a' ELSE strftime(TIMESTAMP '2019-01-01' + to_seconds(i * 97), '%H:%M:%S') END",
)
COLUMNS["small_text"] = ("varchar", "'' || i % 100")

JSON_CASTS = """
json as varchar | cast(js_text as varchar) | json_extract_string(js_text, '$') | json.loads(x)
json as double | cast(js_number as double) | CAST(js_number AS DOUBLE) | float(x)
json as bigint | cast(js_whole as bigint) | CAST(js_whole AS BIGINT) | int(x)
json as boolean | cast(js_flag as boolean) | CAST(js_flag AS BOOLEAN) | json.loads(x)
json as decimal | cast(js_number as decimal(12,2)) | CAST(js_number AS DECIMAL(12,2)) | Decimal(x)
json as array | cast(js_list as array(bigint)) | from_json(js_list, '["BIGINT"]') | json.loads(x)
json as map | cast(js as map(varchar, bigint)) | from_json(js, '"MAP(VARCHAR,BIGINT)"') | json.loads(x)
json as row | cast(js as row(a bigint, b bigint)) | from_json(js, '{"a":"BIGINT","b":"BIGINT"}') | json.loads(x)
varchar as json | cast(text as json) | CAST(to_json(text) AS VARCHAR) | json.dumps(x)
double as json | cast(d as json) | CAST(to_json(d) AS VARCHAR) | json.dumps(x)
array as json | cast(ints as json) | CAST(to_json(ints) AS VARCHAR) | json.dumps(x)
map as json | cast(m as json) | CAST(to_json(m) AS VARCHAR) | json.dumps(x)
timestamp as json | cast(ts as json) | CAST(to_json(ts) AS VARCHAR) | json.dumps(x.isoformat())
"""

SCALARS = """
$at_time_zone | tz at time zone 'America/New_York' | timezone('America/New_York', tz) | x.astimezone(NEW_YORK)
$replace | replace(text, 'o', '0') | replace(text, 'o', '0') | x.replace('o', '0')
$subscript | ints[2] | ints[2] | x[1]
$url_encode | url_encode(text) | url_encode(text) | quote_plus(x)
acos | acos(part) | acos(part) | math.acos(x)
all_match | all_match(ints, x -> x >= 0) | list_bool_and(list_transform(ints, lambda x: x >= 0)) | all(v >= 0 for v in x)
any_match | any_match(ints, x -> x > 5) | list_bool_or(list_transform(ints, lambda x: x > 5)) | any(v > 5 for v in x)
apply | apply(i, x -> x * 2) | i * 2 | x * 2
array_distinct | array_distinct(ints) | list_distinct(ints) | list(set(x))
array_except | array_except(ints, array[3, 4]) | list_filter(ints, lambda x: NOT list_contains([3, 4], x)) | [v for v in x if v not in (3, 4)]
array_histogram | array_histogram(ints) | list_histogram(ints) | Counter(x)
array_intersect | array_intersect(ints, array[3, 4]) | list_intersect(ints, [3, 4]) | set(x) & {3, 4}
array_join | array_join(words, ',') | array_to_string(words, ',') | ','.join(x)
array_max | array_max(ints) | list_max(ints) | max(x)
array_min | array_min(ints) | list_min(ints) | min(x)
array_position | array_position(ints, 3) | list_position(ints, 3) | x.index(3)
array_remove | array_remove(ints, 3) | list_filter(ints, lambda x: x <> 3) | [v for v in x if v != 3]
array_sort | array_sort(ints) | list_sort(ints) | sorted(x)
array_union | array_union(ints, array[3, 4]) | list_distinct(list_concat(ints, [3, 4])) | list({*x, 3, 4})
arrays_overlap | arrays_overlap(ints, array[3, 4]) | list_has_any(ints, [3, 4]) | bool({3, 4} & set(x))
asin | asin(part) | asin(part) | math.asin(x)
at_timezone | at_timezone(tz, 'America/New_York') | timezone('America/New_York', tz) | x.astimezone(NEW_YORK)
beta_cdf | beta_cdf(2, 3, part) | |
bing_tile | bing_tile_zoom_level(bing_tile(n % 8, 1, 3)) | |
bar | bar(0.5e0, 10) | |
color | color(0.5e0, rgb(n % 8, 0, 0), rgb(0, 9, n % 8)) = rgb(0, 0, 0) | |
render | render(n, rgb(0, 9, 255)) | |
rgb | rgb(n % 8, 1, 2) = rgb(0, 0, 0) | |
bing_tile_at | bing_tile_zoom_level(bing_tile_at(part, part, 9)) | |
bing_tile_coordinates | bing_tile_coordinates(bing_tile(n % 8, 1, 3)).x | |
bing_tile_polygon | st_xmin(bing_tile_polygon(bing_tile(n % 8, 1, 3))) | |
bing_tile_quadkey | bing_tile_quadkey(bing_tile(n % 8, 1, 3)) | |
bing_tile_zoom_level | bing_tile_zoom_level(bing_tile(n % 8, 1, 3)) | |
bing_tiles_around | cardinality(bing_tiles_around(part, part, 5)) | |
bit_count | bit_count(i, 64) | bit_count(i) | x.bit_count()
bitwise_left_shift | bitwise_left_shift(i, 2) | i << 2 | x << 2
bitwise_not | bitwise_not(i) | ~i | ~x
bitwise_right_shift | bitwise_right_shift(i, 2) | i >> 2 | x >> 2
bitwise_right_shift_arithmetic | bitwise_right_shift_arithmetic(i, 2) | i >> 2 | x >> 2
cardinality | cardinality(ints) | len(ints) | len(x)
cbrt | cbrt(d) | cbrt(d) | math.cbrt(x)
ceil | ceil(d) | ceil(d) | math.ceil(x)
ceiling | ceiling(d) | ceil(d) | math.ceil(x)
char2hexint | char2hexint(word) | hex(word) | x.encode('utf-16-be').hex()
chr | chr(small) | chr(CAST(small AS INTEGER)) | chr(x)
coalesce | coalesce(i, 0) | coalesce(i, 0) |
codepoint | codepoint(cast(substr(text, 1, 1) as varchar(1))) | unicode(substr(text, 1, 1)) | ord(x[0])
combinations | combinations(ints, 2) | | list(combinations(x, 2))
concat | concat(text, word) | concat(text, word) | x + x
concat_ws | concat_ws(',', text, word) | concat_ws(',', text, word) | ','.join((x, x))
contains | contains(ints, 3) | list_contains(ints, 3) | 3 in x
contains_sequence | contains_sequence(ints, array[3, 4]) | list_has_all(ints, [3, 4]) | any(x[k:k + 2] == [3, 4] for k in range(len(x)))
cosine_distance | cosine_distance(doubles, doubles) | list_cosine_distance(doubles, doubles) | sum(v * v for v in x)
cosine_similarity | cosine_similarity(doubles, doubles) | list_cosine_similarity(doubles, doubles) | sum(v * v for v in x)
crc32 | crc32(octets) | hash(octets) | zlib.crc32(x)
current_catalog | current_catalog | |
current_date | current_date | current_date |
current_time | current_time | current_time |
current_timestamp | current_timestamp | now() |
current_timezone | current_timezone() | |
current_user | current_user | |
date | date(day_text) | CAST(day_text AS DATE) | date.fromisoformat(x)
date_add | date_add('day', 1, ts) | ts + to_days(1) | x + timedelta(1)
date_diff | date_diff('day', ts, timestamp '2020-01-01 00:00:00') | datesub('day', ts, TIMESTAMP '2020-01-01') | (x - EPOCH).days
date_format | date_format(ts, '%Y-%m-%d %H:%i') | strftime(ts, '%Y-%m-%d %H:%M') | x.strftime('%Y-%m-%d %H:%M')
date_parse | date_parse(day_text, '%Y-%m-%d') | strptime(day_text, '%Y-%m-%d') | datetime.strptime(x, '%Y-%m-%d')
date_trunc | date_trunc('month', ts) | date_trunc('month', ts) | x.replace(day=1)
day | day(ts) | day(ts) | x.day
day_of_month | day_of_month(ts) | day(ts) | x.day
day_of_week | day_of_week(ts) | isodow(ts) | x.isoweekday()
day_of_year | day_of_year(ts) | dayofyear(ts) | x.timetuple().tm_yday
dot_product | dot_product(doubles, doubles) | list_inner_product(doubles, doubles) | sum(v * v for v in x)
dow | dow(ts) | isodow(ts) | x.isoweekday()
doy | doy(ts) | dayofyear(ts) | x.timetuple().tm_yday
e | e() | |
element_at | element_at(m, 'a') | m['a'] | dict(x).get('a')
empty_approx_set | cardinality(empty_approx_set()) | |
euclidean_distance | euclidean_distance(doubles, doubles) | list_distance(doubles, doubles) | math.dist(x, x)
fail | try(if(i < 0, fail('no'))) | CASE WHEN i < 0 THEN error('no') END | x
flatten | flatten(lists) | flatten(lists) | sum(x, [])
floor | floor(d) | floor(d) | math.floor(x)
format | format('%s has %05d of %.2f', word, i, d) | printf('%s has %05d of %.2f', word, i, d) | '%s has %05d' % (x, 3)
format_datetime | format_datetime(ts, 'yyyy-MM-dd HH:mm:ss') | strftime(ts, '%Y-%m-%d %H:%M:%S') | x.strftime('%Y-%m-%d %H:%M:%S')
format_number | format_number(d) | format('{:.2f}', d) | f'{x:.2f}'
from_base | from_base(whole, 10) | CAST(whole AS BIGINT) | int(x, 10)
from_base32 | from_base32(base32_text) | | base64.b32decode(x + '====')
from_base64 | from_base64(base64_text) | from_base64(base64_text) | base64.b64decode(x)
from_base64url | from_base64url(base64_text) | from_base64(base64_text) | base64.urlsafe_b64decode(x)
from_big_endian_32 | from_big_endian_32(four) | CAST('0x' \\|\\| hex(four) AS BIGINT) | int.from_bytes(x)
from_big_endian_64 | from_big_endian_64(eight) | CAST('0x' \\|\\| hex(eight) AS BIGINT) | int.from_bytes(x)
from_encoded_polyline | st_isempty(from_encoded_polyline('_ulLnnqC_mqN' \\|\\| word)) | |
from_geojson_geometry | st_isempty(to_geometry(from_geojson_geometry('{"type":"Point","coordinates":[1,' \\|\\| cast(part as varchar) \\|\\| ']}'))) | |
from_hex | from_hex(hex_text) | unhex(hex_text) | bytes.fromhex(x)
from_ieee754_32 | from_ieee754_32(four) | CAST('0x' \\|\\| hex(four) AS BIGINT) | struct.unpack('>f', x)
from_ieee754_64 | from_ieee754_64(eight) | CAST('0x' \\|\\| hex(eight) AS BIGINT) | struct.unpack('>d', x)
from_iso8601_date | from_iso8601_date(day_text) | CAST(day_text AS DATE) | date.fromisoformat(x)
from_iso8601_timestamp | from_iso8601_timestamp(iso) | CAST(iso AS TIMESTAMPTZ) | datetime.fromisoformat(x)
from_iso8601_timestamp_nanos | cast(from_iso8601_timestamp_nanos(iso) as timestamp(6) with time zone) | CAST(iso AS TIMESTAMPTZ) | datetime.fromisoformat(x)
from_unixtime | from_unixtime(d) | to_timestamp(d) | datetime.fromtimestamp(x)
from_unixtime with zone | from_unixtime(d, 'America/New_York') | timezone('America/New_York', to_timestamp(d)) | datetime.fromtimestamp(x, NEW_YORK)
from_unixtime_nanos | cast(from_unixtime_nanos(i * 1000) as timestamp(6) with time zone) | to_timestamp(i / 1000000) | datetime.fromtimestamp(x / 1e6)
from_utf8 | from_utf8(octets) | decode(octets) | x.decode()
geometry_from_hadoop_shape | st_isempty(geometry_from_hadoop_shape(from_hex('000000000101000000000000000000F03F') \\|\\| eight)) | |
geometry_invalid_reason | geometry_invalid_reason(st_linestring(array[st_point(0, 0), st_point(part, 1)])) | |
geometry_nearest_points | st_isempty(geometry_nearest_points(st_linestring(array[st_point(0, 0), st_point(part, 1)]), st_point(part, part))[1]) | |
geometry_to_bing_tiles | cardinality(geometry_to_bing_tiles(st_point(part, part), 5)) | |
great_circle_distance | great_circle_distance(part, part, part, part) | |
greatest | greatest(d, part) | greatest(d, part) | max(x, 0.5)
hamming_distance | hamming_distance(word, word) | hamming(word, word) | sum(a != b for a, b in zip(x, x))
hmac_md5 | hmac_md5(octets, x'6b6579') | md5(octets) | hmac.digest(x, x, 'md5')
hmac_sha1 | hmac_sha1(octets, x'6b6579') | sha1(octets) | hmac.digest(x, x, 'sha1')
hmac_sha256 | hmac_sha256(octets, x'6b6579') | sha256(octets) | hmac.digest(x, x, 'sha256')
hmac_sha512 | hmac_sha512(octets, x'6b6579') | sha256(octets) | hmac.digest(x, x, 'sha512')
hour | hour(ts) | hour(ts) | x.hour
human_readable_seconds | human_readable_seconds(d) | | str(timedelta(seconds=x))
if | if(i > 3, 1, 2) | if(i > 3, 1, 2) | 1 if x > 3 else 2
infinity | infinity() | |
inverse_beta_cdf | inverse_beta_cdf(2, 3, part) | |
inverse_normal_cdf | inverse_normal_cdf(0, 1, part) | | NormalDist().inv_cdf(x)
is_json_scalar | is_json_scalar(js) | json_type(js) | isinstance(json.loads(x), dict)
json_array_contains | json_array_contains(js_list, 2) | json_contains(js_list, '2') | 2 in json.loads(x)
json_array_get | json_array_get(js_list, 1) | json_extract(js_list, 1) | json.loads(x)[1]
json_array_length | json_array_length(js_list) | json_array_length(js_list) | len(json.loads(x))
json_extract | json_extract(json_text, '$.tags') | json_extract(json_text, '$.tags') | json.loads(x)['tags']
json_extract_scalar | json_extract_scalar(json_text, '$.name') | json_extract_string(json_text, '$.name') | json.loads(x)['name']
json_extract_scalar of a number | json_extract_scalar(json_text, '$.price') | json_extract_string(json_text, '$.price') | json.loads(x)['price']
json_parse | json_parse(json_text) | json(json_text) | json.dumps(json.loads(x))
json_parse, names in order | json_parse(json_format(js)) | json(js) | json.dumps(json.loads(x))
json_size | json_size(js, '$') | json_array_length(js) | len(json.loads(x))
last_day_of_month | last_day_of_month(ts) | last_day(ts) | x.replace(day=28)
least | least(d, part) | least(d, part) | min(x, 0.5)
levenshtein_distance | levenshtein_distance(word, 'Hapless') | levenshtein(word, 'Hapless') |
line_interpolate_point | st_isempty(line_interpolate_point(st_linestring(array[st_point(0, 0), st_point(part, 1)]), 0.5)) | |
line_interpolate_points | cardinality(line_interpolate_points(st_linestring(array[st_point(0, 0), st_point(part, 1)]), 0.5)) | |
line_locate_point | line_locate_point(st_linestring(array[st_point(0, 0), st_point(part, 1)]), st_point(part, part)) | |
ln | ln(part) | ln(part) | math.log(x)
localtime | localtime | current_localtime() |
localtimestamp | localtimestamp | current_localtimestamp() |
log | log(2, part) | log(2, part) | math.log(x, 2)
log10 | log10(part) | log10(part) | math.log10(x)
log2 | log2(part) | log2(part) | math.log2(x)
lpad | lpad(text, 20, '-') | lpad(text, 20, '-') | x.rjust(20, '-')
lpad of binary | lpad(octets, 40, x'00') | hex(octets) | x.rjust(40, b'-')
ltrim | ltrim(text) | ltrim(text) | x.lstrip()
luhn_check | luhn_check(whole) | |
map | map(words, doubles) | map(words, doubles) | dict(zip(x, x))
map_concat | map_concat(m, m) | map_concat(m, m) | dict(x)
map_entries | map_entries(m) | map_entries(m) | list(dict(x).items())
map_filter | map_filter(m, (k, v) -> v > 2) | map_from_entries(list_filter(map_entries(m), lambda e: e.value > 2)) | {k: v for k, v in dict(x).items() if v > 2}
map_from_entries | map_from_entries(map_entries(m)) | map_from_entries(map_entries(m)) | dict(x)
map_zip_with | map_zip_with(m, m, (k, a, b) -> a + b) | map_from_entries(list_transform(map_entries(m), lambda e: {'k': e.key, 'v': e.value * 2})) | {k: v + v for k, v in dict(x).items()}
md5 | md5(octets) | md5(octets) | hashlib.md5(x).digest()
millisecond | millisecond(ts) | millisecond(ts) | x.microsecond // 1000
minute | minute(ts) | minute(ts) | x.minute
mod | mod(i, 7) | i % 7 | x % 7
month | month(ts) | month(ts) | x.month
multimap_from_entries | multimap_from_entries(map_entries(m)) | map_from_entries(map_entries(m)) | dict(x)
murmur3 | murmur3(octets) | hash(octets) | mmh3.hash_bytes(x)
nan | nan() | |
ngrams | ngrams(words, 2) | list_zip(words, words[2:]) | list(zip(x, x[1:]))
none_match | none_match(ints, x -> x < 0) | list_bool_and(list_transform(ints, lambda x: x >= 0)) | all(v >= 0 for v in x)
normal_cdf | normal_cdf(0, 1, part) | | NormalDist().cdf(x)
normalize | normalize(word, NFC) | nfc_normalize(word) | unicodedata.normalize('NFC', x)
now | now() | now() |
nullif | nullif(i, 3) | nullif(i, 3) |
parse_data_size | parse_data_size(size) | | float(x[:-2])
parse_datetime | parse_datetime(moment_text, 'yyyy-MM-dd HH:mm:ss.SSS') | strptime(moment_text, '%Y-%m-%d %H:%M:%S.%g') | datetime.strptime(x, '%Y-%m-%d %H:%M:%S.%f')
parse_duration | parse_duration(duration) | CAST(replace(duration, '.5m', ' minutes') AS INTERVAL) | float(x[:-1])
parse_presto_data_size | parse_presto_data_size(size) | | float(x[:-2])
pow | pow(d, 2) | pow(d, 2) | math.pow(x, 2)
power | power(d, 2) | power(d, 2) | math.pow(x, 2)
quarter | quarter(ts) | quarter(ts) | x.month // 3
rand | rand() | random() |
random | random() | random() |
reduce | reduce(ints, 0, (s, x) -> s + x, s -> s) | list_reduce(ints, lambda s, x: s + x) | sum(x)
regexp_count | regexp_count(text, '[0-9]') | len(regexp_extract_all(text, '[0-9]')) | len(re.findall('[0-9]', x))
regexp_extract | regexp_extract(text, '([0-9]+)', 1) | regexp_extract(text, '([0-9]+)', 1) | re.search('([0-9]+)', x)
regexp_extract_all | regexp_extract_all(text, '[0-9]') | regexp_extract_all(text, '[0-9]') | re.findall('[0-9]', x)
regexp_like | regexp_like(text, 'no [0-9]+') | regexp_matches(text, 'no [0-9]+') | bool(re.search('no [0-9]+', x))
regexp_position | regexp_position(text, '[0-9]') | strpos(text, regexp_extract(text, '[0-9]')) | re.search('[0-9]', x)
regexp_replace | regexp_replace(text, '[0-9]+', '#') | regexp_replace(text, '[0-9]+', '#', 'g') | re.sub('[0-9]+', '#', x)
regexp_split | regexp_split(text, ' +') | regexp_split_to_array(text, ' +') | re.split(' +', x)
repeat | repeat(i, 3) | [i, i, i] | [x] * 3
replace | replace(text, 'o') | replace(text, 'o', '') | x.replace('o', '')
reverse | reverse(text) | reverse(text) | x[::-1]
round | round(d, 2) | round(d, 2) | round(x, 2)
row | row(i, d) | row(i, d) | (x, x)
rpad | rpad(text, 20, '-') | rpad(text, 20, '-') | x.ljust(20, '-')
rtrim | rtrim(text) | rtrim(text) | x.rstrip()
second | second(ts) | second(ts) | x.second
sequence | sequence(1, small) | range(1, small) | list(range(x))
sha1 | sha1(octets) | sha1(octets) | hashlib.sha1(x).digest()
sha256 | sha256(octets) | sha256(octets) | hashlib.sha256(x).digest()
sha512 | sha512(octets) | sha256(octets) | hashlib.sha512(x).digest()
shuffle | shuffle(ints) | list_sort(ints) |
sign | sign(d) | sign(d) |
simplify_geometry | st_isempty(simplify_geometry(st_linestring(array[st_point(0, 0), st_point(part, 1)]), 0.5)) | |
slice | slice(ints, 2, 2) | ints[2:3] | x[1:3]
soundex | soundex('a' \\|\\| hex_text) | |
split | split(text, ' ') | string_split(text, ' ') | x.split(' ')
split_part | split_part(text, ' ', 2) | split_part(text, ' ', 2) | x.split(' ')[:1]
split_to_map | split_to_map(pairs, ',', '=') | map_from_entries(list_transform(string_split(pairs, ','), lambda p: {'k': split_part(p, '=', 1), 'v': split_part(p, '=', 2)})) | dict(p.split('=') for p in x.split(','))
split_to_multimap | split_to_multimap(pairs, ',', '=') | map_from_entries(list_transform(string_split(pairs, ','), lambda p: {'k': split_part(p, '=', 1), 'v': split_part(p, '=', 2)})) | dict(p.split('=') for p in x.split(','))
spooky_hash_v2_32 | spooky_hash_v2_32(octets) | hash(octets) |
spooky_hash_v2_64 | spooky_hash_v2_64(octets) | hash(octets) |
sqrt | sqrt(part) | sqrt(part) | math.sqrt(x)
strpos | strpos(text, 'o', 2) | strpos(text, 'o') | x.find('o')
substr | substr(text, 2, 5) | substr(text, 2, 5) | x[1:6]
substring | substring(text, small) | substring(text, small) | x[1:]
t_cdf | t_cdf(part, 10) | |
t_pdf | t_pdf(part, 10) | |
timezone | timezone(tz) | | str(x.tzinfo)
timezone_hour | timezone_hour(tz) | date_part('timezone_hour', tz) | x.utcoffset()
timezone_minute | timezone_minute(tz) | date_part('timezone_minute', tz) | x.utcoffset()
to_base | to_base(i, 16) | to_base(i, 16) | f'{x:x}'
to_base32 | to_base32(octets) | | base64.b32encode(x)
to_base64url | to_base64url(octets) | base64(octets) | base64.urlsafe_b64encode(x)
to_big_endian_32 | to_big_endian_32(n) | unhex(printf('%08x', n)) | struct.pack('>i', x)
to_big_endian_64 | to_big_endian_64(i) | unhex(printf('%016x', i)) | struct.pack('>q', x)
to_char | to_char(ts, 'yyyy-mm-dd') | strftime(ts, '%Y-%m-%d') | x.strftime('%Y-%m-%d')
to_date | to_date(day_text, 'yyyy-mm-dd') | CAST(strptime(day_text, '%Y-%m-%d') AS DATE) | datetime.strptime(x, '%Y-%m-%d')
to_encoded_polyline | to_encoded_polyline(st_linestring(array[st_point(0, 0), st_point(part, 1)])) | |
to_geojson_geometry | to_geojson_geometry(to_spherical_geography(st_point(part, part))) | |
to_ieee754_32 | to_ieee754_32(r) | encode(CAST(r AS VARCHAR)) | struct.pack('>f', x)
to_ieee754_64 | to_ieee754_64(d) | encode(CAST(d AS VARCHAR)) | struct.pack('>d', x)
to_iso8601 | to_iso8601(ts) | strftime(ts, '%Y-%m-%dT%H:%M:%S.%g') | x.isoformat()
to_spherical_geography | st_isempty(to_geometry(to_spherical_geography(st_point(part, part)))) | |
to_timestamp | to_timestamp(day_text, 'yyyy-mm-dd') | strptime(day_text, '%Y-%m-%d') | datetime.strptime(x, '%Y-%m-%d')
to_unixtime | to_unixtime(ts) | epoch(ts) | x.timestamp()
transform_keys | transform_keys(m, (k, v) -> k \\|\\| 'x') | map_from_entries(list_transform(map_entries(m), lambda e: {'k': e.key \\|\\| 'x', 'v': e.value})) | {k + 'x': v for k, v in dict(x).items()}
transform_values | transform_values(m, (k, v) -> v + 1) | map_from_entries(list_transform(map_entries(m), lambda e: {'k': e.key, 'v': e.value + 1})) | {k: v + 1 for k, v in dict(x).items()}
trim | trim(text) | trim(text) | x.strip()
trim_array | trim_array(ints, 1) | ints[:-2] | x[:-1]
truncate | truncate(d) | trunc(d) | math.trunc(x)
try | try(cast(bad as bigint)) | TRY_CAST(bad AS BIGINT) | x
try of a function | try(from_base(bad, 10)) | TRY_CAST(bad AS BIGINT) | x
typeof | typeof(i) | typeof(i) |
upper | upper(text) | upper(text) | x.upper()
url_decode | url_decode(escaped) | url_decode(escaped) | unquote_plus(x)
url_encode | url_encode(text) | url_encode(text) | quote_plus(x)
url_extract_fragment | url_extract_fragment(url) | regexp_extract(url, '#(.*)', 1) | urlsplit(x).fragment
url_extract_host | url_extract_host(url) | regexp_extract(url, '//([^/:?#]*)', 1) | urlsplit(x).hostname
url_extract_parameter | url_extract_parameter(url, 'page') | regexp_extract(url, '[?&]page=([^&#]*)', 1) | parse_qs(urlsplit(x).query).get('page')
url_extract_path | url_extract_path(url) | regexp_extract(url, '//[^/?#]*([^?#]*)', 1) | urlsplit(x).path
url_extract_port | url_extract_port(url) | regexp_extract(url, ':([0-9]+)', 1) | urlsplit(x).port
url_extract_protocol | url_extract_protocol(url) | regexp_extract(url, '^([^:]*):', 1) | urlsplit(x).scheme
url_extract_query | url_extract_query(url) | regexp_extract(url, '[?]([^#]*)', 1) | urlsplit(x).query
version | version() | |
week | week(ts) | week(ts) | x.isocalendar()[1]
week_of_year | week_of_year(ts) | week(ts) | x.isocalendar()[1]
width_bucket | width_bucket(d, 0, 1000, 10) | CAST(floor(10 * d / 1000 + 1) AS BIGINT) | int(x / 100)
wilson_interval_lower | wilson_interval_lower(small, 100, 1.96) | |
wilson_interval_upper | wilson_interval_upper(small, 100, 1.96) | |
with_timezone | with_timezone(ts, 'America/New_York') | timezone('America/New_York', ts) | x.replace(tzinfo=NEW_YORK)
word_stem | word_stem(word) | stem(word, 'english') |
xxhash64 | xxhash64(octets) | hash(octets) |
year | year(ts) | year(ts) | x.year
year_of_week | year_of_week(ts) | isoyear(ts) | x.isocalendar()[0]
yow | yow(ts) | isoyear(ts) | x.isocalendar()[0]
zip | zip(ints, words) | list_zip(ints, words) | list(zip(x, x))
zip_with | zip_with(ints, ints, (a, b) -> a + b) | list_transform(list_zip(ints, ints), lambda p: p[1] + p[2]) | [a + b for a, b in zip(x, x)]
"""

AGGREGATES = """
approx_distinct | approx_distinct(i) | approx_count_distinct(i) | len(set(x))
approx_most_frequent | approx_most_frequent(3, word, 100) | approx_top_k(word, 3) | Counter(x).most_common(3)
approx_percentile | approx_percentile(d, 0.5) | approx_quantile(d, 0.5) | median(x)
approx_set | cardinality(approx_set(i)) | approx_count_distinct(i) | len(set(x))
make_set_digest | cardinality(make_set_digest(i)) | approx_count_distinct(i) | len(set(x))
avg | avg(price) | avg(price) | sum(x) / len(x)
checksum | checksum(i) | bit_xor(hash(i)) | hash(tuple(x))
corr | corr(d, part) | corr(d, part) | correlation(x, x)
count | count(i) | count(i) | len(x)
count_if | count_if(flag) | count_if(flag) | sum(x)
covar_pop | covar_pop(d, part) | covar_pop(d, part) | covariance(x, x)
covar_samp | covar_samp(d, part) | covar_samp(d, part) | covariance(x, x)
geometric_mean | geometric_mean(part) | geomean(part) | geometric_mean(x)
grouping | grouping(word) | grouping(word) |
histogram | histogram(word) | histogram(word) | Counter(x)
kurtosis | kurtosis(d) | kurtosis(d) |
listagg | listagg(word, ',') within group (order by word) filter (where small = 7) | string_agg(word, ',' ORDER BY word) FILTER (WHERE small = 7) | ','.join(sorted(x))
map_agg | map_agg(word, i) | map(list(word), list(i)) | dict(zip(x, x))
map_union | map_union(m) | list(m) | x
max | max(d) | max(d) | max(x)
max_by | max_by(i, d) | max_by(i, d) | max(x)
merge | cardinality(approx_set(i)) | approx_count_distinct(i) |
merge_set_digest | cardinality(make_set_digest(i)) | approx_count_distinct(i) |
quantile_at_value | quantile_at_value(qdigest_agg(i), 5) | |
hash_counts | cardinality(hash_counts(make_set_digest(i % 9))) | |
jaccard_index | jaccard_index(make_set_digest(i), make_set_digest(i % 9)) | |
intersection_cardinality | intersection_cardinality(make_set_digest(i), make_set_digest(i % 9)) | |
min | min(d) | min(d) | min(x)
min_by | min_by(i, d) | min_by(i, d) | min(x)
multimap_agg | multimap_agg(word, i) | list(word) | x
numeric_histogram | numeric_histogram(10, part) | histogram(part) | Counter(x)
qdigest_agg | value_at_quantile(qdigest_agg(d), 0.5) | approx_quantile(d, 0.5) | median(x)
reduce_agg | reduce_agg(i, 0, (a, b) -> a + b, (a, b) -> a + b) | sum(i) | sum(x)
regr_intercept | regr_intercept(d, part) | regr_intercept(d, part) |
regr_slope | regr_slope(d, part) | regr_slope(d, part) |
skewness | skewness(d) | skewness(d) |
stddev | stddev(d) | stddev(d) | stdev(x)
stddev_pop | stddev_pop(d) | stddev_pop(d) | stdev(x)
stddev_samp | stddev_samp(d) | stddev_samp(d) | stdev(x)
sum | sum(price) | sum(price) | sum(x)
tdigest_agg | value_at_quantile(tdigest_agg(d), 0.5) | approx_quantile(d, 0.5) | median(x)
value_at_quantile | value_at_quantile(tdigest_agg(d), 0.5) | approx_quantile(d, 0.5) | median(x)
values_at_quantiles | values_at_quantiles(tdigest_agg(d), array[0.5, 0.9]) | approx_quantile(d, [0.5, 0.9]) | median(x)
var_pop | var_pop(d) | var_pop(d) | variance(x)
var_samp | var_samp(d) | var_samp(d) | variance(x)
variance | variance(d) | variance(d) | variance(x)
"""

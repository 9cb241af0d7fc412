"""IP addresses, SpookyHash and the stems of English words."""

from tests.dialect.cases.case import Case as C  # noqa: N817
from tests.dialect.cases.case import Refused as R  # noqa: N817

CASES = [
    # IP addresses
    C("ipaddress '10.0.0.1'", "10.0.0.1", "ipaddress"),
    C("cast('2001:0db8:0:0:0:ff00:0042:8329' as ipaddress)", "2001:db8::ff00:42:8329", "ipaddress"),
    C("cast('::ffff:1.2.3.4' as ipaddress)", "1.2.3.4", "ipaddress"),
    C("try_cast('256.0.0.1' as ipaddress)", None, "ipaddress"),
    C("cast(ipaddress '1.2.3.4' as varchar)", "1.2.3.4", "varchar"),
    C("cast(ipaddress '2001:db8::1' as varbinary)", b' \x01\r\xb8\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01', "varbinary"),
    C("cast(x'01020304' as ipaddress)", "1.2.3.4", "ipaddress"),
    C("contains('10.0.0.0/8', ipaddress '10.255.255.255')", True, "boolean"),
    C("contains('10.0.0.0/8', ipaddress '11.255.255.255')", False, "boolean"),
    C("contains('2001:db8::/32', ipaddress '2001:db8::ff00:42:8329')", True, "boolean"),
    C("contains('10.0.0.0/8', ipaddress '2001:db8::1')", False, "boolean"),
    C("contains(n, cast(a as ipaddress)) from (values ('192.168.0.0/16', '192.168.7.1')) t(n, a)", True, "boolean"),
    C("contains(null, ipaddress '10.0.0.1')", None, "boolean"),
    C("ipaddress '10.0.0.2' > ipaddress '9.9.9.9'", True, "boolean"),
    C("ipaddress '1.2.3.4' = cast('::ffff:1.2.3.4' as ipaddress)", True, "boolean"),
    C("ipaddress '10.0.0.2' between ipaddress '10.0.0.0' and ipaddress '10.0.0.255'", True, "boolean"),
    C("typeof(ipaddress '1.2.3.4')", "ipaddress", "varchar"),
    C("array_agg(x order by x) from (values ipaddress '10.0.0.2', ipaddress '9.9.9.9') t(x)", ["9.9.9.9", "10.0.0.2"], "array(ipaddress)"),
    C("max(x) from (values ipaddress '10.0.0.2', ipaddress '9.9.9.9') t(x)", "10.0.0.2", "ipaddress"),
    C("count(distinct x) from (values ipaddress '10.0.0.2', ipaddress '10.0.0.2') t(x)", 1, "bigint"),
    C("map(array['a'], array[ipaddress '::1'])", {'a': '::1'}, "map(varchar(1), ipaddress)"),
    C("cast(null as ipaddress)", None, "ipaddress"),
    # SpookyHash
    C("to_hex(spooky_hash_v2_32(to_utf8('')))", "6BF50919", "varchar"),
    C("to_hex(spooky_hash_v2_32(to_utf8('hello')))", "D382E6CA", "varchar"),
    C("to_hex(spooky_hash_v2_64(to_utf8('hello')))", "3768826AD382E6CA", "varchar"),
    C("to_hex(spooky_hash_v2_64(to_utf8('more_than_12_characters_string')))", "3493AE21B95F627C", "varchar"),
    C("spooky_hash_v2_32(null)", None, "varbinary"),
    # stems
    C("word_stem('great')", "great", "varchar(5)"),
    C("word_stem('running')", "run", "varchar(7)"),
    C("word_stem('consolingly')", "consol", "varchar(11)"),
    C("word_stem('relational')", "relat", "varchar(10)"),
    C("word_stem('happy')", "happi", "varchar(5)"),
    C("word_stem(x) from (values 'flies') t(x)", "fli", "varchar(5)"),
    C("word_stem('knights', 'en')", "knight", "varchar(7)"),
    C("word_stem(null)", None, "varchar"),
]  # fmt: skip

REFUSED = [
    R("spooky_hash_v2_32(to_utf8(rpad('', 192, 'x')))", "NOT_SUPPORTED", "192 bytes", ours=True),
    R("format_datetime(timestamp '2024-01-05 10:00:00 Asia/Tokyo', 'zzzz')", "NOT_SUPPORTED", "Asia/Tokyo", ours=True),
    R("json_value('{\"a\": \"2024-01-01\"}', 'lax $.a.datetime()')", "NOT_SUPPORTED", "datetime method in JSON path is not yet supported"),
    R("cast('x' as ipaddress)", "INVALID_CAST_ARGUMENT"),
    R("cast(x'0102' as ipaddress)", "INVALID_CAST_ARGUMENT"),
    R("contains('10.0.0.0', ipaddress '10.0.0.1')", "INVALID_FUNCTION_ARGUMENT"),
    R("cast(ipaddress '10.0.0.2' as json)", "TYPE_MISMATCH"),
    R("ipaddress '10.0.0.2' = '10.0.0.2'", "TYPE_MISMATCH"),
    R("word_stem('x', 'zz')", "INVALID_FUNCTION_ARGUMENT"),
]  # fmt: skip

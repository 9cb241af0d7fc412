"""JSON that ends too early, casts of what it holds, and how it is written: https://trino.io/docs/current/functions/json.html."""

from tests.dialect.cases.case import Case as C  # noqa: N817
from tests.dialect.cases.case import Refused as R  # noqa: N817

CASES = [
    # A text is read no further than needed: a log line that was cut off still gives what stands before
    C("json_extract_scalar('{\"id\": 7, \"note\": \"cut o', '$.id')", "7", "varchar(24)"),
    C("json_extract('{\"box\": {\"w\": 2.50}, \"note', '$.box')", '{"w":2.5}', "json"),
    C("json_extract_scalar('{\"id\": 7} and more', '$.id')", "7", "varchar(18)"),
    C("json_extract_scalar('{\"id\": [1, {\"a\": }], \"z\": 3}', '$.z')", None, "varchar(28)"),
    C("json_extract_scalar('{\"note\": \"cut o', '$.note')", None, "varchar(15)"),
    C("json_extract('[4, 5', '$[1]')", "5", "json"),
    C("json_size('{\"a\": [1, 2], ', '$.a')", 2, "bigint"),
    C("json_extract('7 8', '$')", "7", "json"),
    C("json_extract('7up', '$')", None, "json"),
    C("json_array_length('[4, 5] tail')", 2, "bigint"),
    C("json_array_length('[4, 5')", None, "bigint"),
    C("json_array_contains('[4, 5', 5)", True, "boolean"),
    C("json_array_contains('[4, 5', 6)", None, "boolean"),
    C("json_array_contains('[\"x\", tr', 'x')", True, "boolean"),
    C("json_array_contains('[2.5, nul', 2.5e0)", True, "boolean"),
    C("json_array_contains('[true, ', true)", True, "boolean"),
    C("json_array_contains('[2.5]', real '2.5')", True, "boolean"),
    C("count(json_extract_scalar(j, '$.k')) from (values '{\"k\": 1}', '{\"k\": ', 'none', '{\"k\": \"v\"} end') t(j)", 2, "bigint"),
    C("count(json_extract(j, '$.k')) from (values '{\"k\": 1}', '{\"k\": ', 'none', '{\"k\": \"v\"} end') t(j)", 2, "bigint"),
    C("json_array_length(json_array_get('[\"word\"]', 0))", None, "bigint", "what json_array_get gives need not be JSON"),
    C("json_array_get('[\"x\", {\"y', 0)", "x", "json"),
    C("json_array_get('[\"x\", {\"y', -1)", None, "json"),
    C("json_extract_scalar('{\"k\": \"\\ud83d\", \"n\": 1}', '$.k')", "?", "varchar(23)", "half of a surrogate pair"),
    C("json_array_contains('[9e400]', infinity())", False, "boolean"),
    # Of two members of one name the first counts
    C("json_extract_scalar(x, p) from (values ('{\"k\": 1.50, \"k\": 2}', '$.k')) t(x, p)", "1.50", "varchar(19)"),
    C("json_extract('{\"\": 3}', '$[\"\"]')", "3", "json"),
    C("json_extract('{\"k\": {\"n\": 1, \"n\": 2}}', '$.k')", '{"n":1,"n":2}', "json", "copied as it stands"),
    C("json_size('{\"n\": 1, \"n\": 2}', '$')", 2, "bigint"),
    # and where all of it is read, the last
    C("json_parse('{\"k\": {\"n\": 1, \"m\": 2, \"n\": 3}}')", '{"k":{"m":2,"n":3}}', "json"),
    C("json_value('{\"n\": 1, \"n\": 2}', 'lax $.n')", "2", "varchar"),
    C("cast(json_extract('[{\"n\": 1, \"m\": 2, \"n\": 3}]', '$') as array(json))", ['{"n":3,"m":2}'], "array(json)", "at the place of the first"),
    C("cast(json_extract('[{\"k\": {\"n\": 1, \"n\": null}}, [{\"n\": 1}, {\"n\": 2, \"n\": 3}], null]', '$') as array(json))", ['{"k":{"n":null}}', '[{"n":1},{"n":3}]', "null"], "array(json)"),
    C("cast(json_extract('{\"k\": {\"n\": 1, \"n\": 2}}', '$') as map(varchar, json))", {"k": '{"n":2}'}, "map(varchar, json)"),
    C("cast(json_extract('[{\"n\": 1, \"n\": 2}]', '$') as row(json))", ('{"n":2}',), "row(json)"),
    C("cast(json_extract('{\"K\": [{\"n\": 1, \"n\": 2}]}', '$') as row(k array(json)))", (['{"n":2}'],), "row(k array(json))"),
    # Members stay in their order, which is that of their names where json_parse has read them
    C("cast(json_extract('[{\"z\": 1, \"a\": {\"y\": 2, \"b\": 3}}]', '$') as array(json))", ['{"z":1,"a":{"y":2,"b":3}}'], "array(json)"),
    C("cast(json_parse('[{\"z\": 1, \"a\": {\"y\": 2, \"b\": 3}}]') as array(json))", ['{"a":{"b":3,"y":2},"z":1}'], "array(json)"),
    C("cast(json_extract('[{\"a:\": \"{\", \"b\\\"\": {\"a\": \"\\\"a\\\":\"}}]', '$') as array(json))", ['{"a:":"{","b\\"":{"a":"\\"a\\":"}}'], "array(json)"),
    C("json_parse('{\"\\uff5e\": 1, \"\\ud83d\\ude00\": 2}')", '{"\U0001f600":2,"\uff5e":1}', "json", "by the halves of UTF-16"),
    # A zero may be negative where its text is asked for
    C("json_extract_scalar('[-0, -0.0, -7]', '$[0]')", "-0", "varchar(14)"),
    C("json_extract_scalar('[-0, -0.0, -7]', '$[1]')", "-0.0", "varchar(14)"),
    C("json_extract_scalar('[-0, -0.0, -7]', '$[2]')", "-7", "varchar(14)"),
    C("json_extract_scalar('{\"k\": -0, cut', '$.k')", "-0", "varchar(13)"),
    C("json_extract_scalar(x, p) from (values ('{\"k\": -0}', '$.k')) t(x, p)", "-0", "varchar(9)"),
    C("json_extract('[-0, -0.0]', '$')", "[0,-0.0]", "json"),
    C("json_array_get('[-0]', 0)", "-0", "json"),
    C("json_array_contains('[-0, ', 0)", True, "boolean"),
    # Control characters in capitals, as Jackson writes them
    C("json_parse('\"\\u001f\\u000b\"')", '"\\u001F\\u000B"', "json"),
    # The members of a map in the order of their names, not of their JSON text
    C("cast(map(array['a', 'a!', 'a b'], array[1, 2, 3]) as json)", '{"a":1,"a b":3,"a!":2}', "json"),
    # BigDecimal's own text
    C("cast(decimal '0.0000025' as json)", "0.0000025", "json"),
    C("cast(decimal '0.00000025' as json)", "2.5E-7", "json"),
    C("cast(array[decimal '0.0000000'] as json)", "[0E-7]", "json"),
    # Whole numbers of any size keep their digits
    C("cast(json '98765432109876543210' as varchar)", "98765432109876543210", "varchar"),
    C("cast(json '[98765432109876543210]' as array(varchar))", ["98765432109876543210"], "array(varchar)"),
    C("cast(json '3' as boolean)", True, "boolean"),
    # The results of these functions are JSON when they go into another
    C("json_object('in': json_object('k': 1))", '{"in":{"k":1}}', "varchar"),
    C("json_array(json_array(1), json_object('k': 'v'), json_query('{\"q\": [2]}', 'lax $.q'))", '[[1],{"k":"v"},[2]]', "varchar"),
    C("json_object('in': json_value('{\"k\": 1}', 'lax $.k'))", '{"in":"1"}', "varchar"),
    C("json_array(cast('go' as char(3)))", '["go "]', "varchar"),
    C("json_array(uuid '6ba7b810-9dad-11d1-80b4-00c04fd430c8')", '["6ba7b810-9dad-11d1-80b4-00c04fd430c8"]', "varchar"),
    C("json_array(json '3')", '["3"]', "varchar", "a JSON value goes in by its cast to varchar"),
    C("json_array(interval '3' day)", '["3 00:00:00.000"]', "varchar"),
    C("json_value('[1]', 'lax $v' passing interval '3' day as \"v\")", "3 00:00:00.000", "varchar"),
]  # fmt: skip

REFUSED = [
    R("cast(json '98765432109876543210' as boolean)", "INVALID_CAST_ARGUMENT"),
    R("cast(json '{\"7\": 1, \"07\": 2}' as map(integer, integer))", "INVALID_CAST_ARGUMENT", "Duplicate keys"),
    R("cast(json_extract('{\"k\": {\"n\": 1, \"n\": 2}}', '$') as map(varchar, map(varchar, integer)))", "INVALID_CAST_ARGUMENT", "Duplicate keys"),
    R("cast(json '{\"k\": 1}' as row(integer))", "INVALID_CAST_ARGUMENT"),
    R("cast(json '{\"k\": 1, \"K\": 2}' as row(k integer))", "INVALID_CAST_ARGUMENT", "Duplicate field: k"),
    R("json_object(cast(null as varchar): 1)", "INVALID_FUNCTION_ARGUMENT", "null value passed for JSON object key"),
    R("json_object(3: 1)", "INVALID_FUNCTION_ARGUMENT"),
    R("json_parse('\"\\ud83d\"')", "INVALID_FUNCTION_ARGUMENT"),
    R("cast(json '\" 1.5\"' as decimal(3, 1))", "INVALID_CAST_ARGUMENT"),
    R("json_array(array[1])", "NOT_SUPPORTED"),
    R("json_array(x'00')", "NOT_SUPPORTED"),
    R("json_array(json '[1]')", "INVALID_CAST_ARGUMENT"),
    R("json_value(json '{\"k\": 1}', 'lax $.k')", "TYPE_MISMATCH", "Cannot read input of type json"),
    R("json_query(json '{\"k\": 1}', 'lax $.k')", "TYPE_MISMATCH"),
    R("json_value('[1]', 'lax $v')", "INVALID_PATH", "no value passed for parameter v"),
    R("json_value('[1]', 'lax $v' passing 1 as v)", "INVALID_PATH", 'Try quoting "v"'),
]  # fmt: skip

"""Trino's grammar as Athena's engine version 3 has it, in a notation of this package.

Words in capitals are keywords, quoted texts signs, ``$NAME`` and the like kinds of tokens; ``?``, ``*`` and ``+`` stand behind what
they count, ``{x}`` is one or more of *x* with commas between, and what stands behind ``~`` is left out when a message lists
what the grammar expects. Operators have no precedence here: which texts there are does not depend on it.

https://github.com/trinodb/trino/blob/master/core/trino-grammar/src/main/antlr4/io/trino/grammar/sql/SqlBase.g4
"""

from __future__ import annotations

import re

from local_athena.dialect.parsing import reserved

RULES = """
statement : query | insert | update | delete | merge
any_statement : statement | EXPLAIN (ANALYZE VERBOSE? | '(' {explain_option} ')')? any_statement
  | CREATE (SCHEMA (IF NOT EXISTS)? qualified_name (AUTHORIZATION principal)? (WITH properties)?
    | TABLE (IF NOT EXISTS)? qualified_name aliases? (COMMENT string)? (WITH properties)? AS created (WITH NO? DATA)?
    | TABLE (IF NOT EXISTS)? qualified_name '(' {table_element} ')' (COMMENT string)? (WITH properties)?
    | (OR REPLACE)? MATERIALIZED VIEW (IF NOT EXISTS)? qualified_name (COMMENT string)? (WITH properties)? AS query
    | (OR REPLACE)? (PROTECTED | PROTECTED? MULTI)? VIEW qualified_name (COMMENT string)? (SECURITY (DEFINER | INVOKER))? AS query
    | ROLE identifier (WITH ADMIN grantor)? in_catalog?)
  | DROP (SCHEMA exists? qualified_name (CASCADE | RESTRICT)? | (TABLE | VIEW | MATERIALIZED VIEW) exists? qualified_name
    | ROLE identifier in_catalog?)
  | ALTER (SCHEMA qualified_name (RENAME TO identifier | set_owner)
    | TABLE (exists? qualified_name alteration | qualified_name owned)
    | VIEW qualified_name (RENAME TO qualified_name | set_owner)
    | MATERIALIZED VIEW exists? qualified_name (RENAME TO qualified_name | SET PROPERTIES {assignment}))
  | UNLOAD '(' query ')' TO string (WITH properties)? | USE identifier ('.' identifier)?
  | ANALYZE qualified_name (WITH properties)? | TRUNCATE TABLE qualified_name
  | COMMENT ON (TABLE | VIEW | COLUMN) qualified_name IS (string | NULL) | REFRESH MATERIALIZED VIEW qualified_name
  | CALL qualified_name '(' {call_argument}? ')' | START TRANSACTION {transaction_mode}? | (COMMIT | ROLLBACK) WORK?
  | GRANT ({identifier} TO {principal} (WITH ADMIN OPTION)? (GRANTED BY grantor)? in_catalog?
    | privileges ON (SCHEMA | TABLE)? qualified_name TO principal (WITH GRANT OPTION)?)
  | REVOKE ((ADMIN OPTION FOR)? {identifier} FROM {principal} (GRANTED BY grantor)? in_catalog?
    | (GRANT OPTION FOR)? privileges ON (SCHEMA | TABLE)? qualified_name FROM principal)
  | DENY privileges ON (SCHEMA | TABLE)? qualified_name TO principal
  | SET (ROLE (ALL | NONE | identifier) in_catalog? | SESSION qualified_name '=' expression | PATH {path_element}
    | TIME ZONE (LOCAL | expression))
  | RESET SESSION qualified_name | PREPARE identifier FROM any_statement | DEALLOCATE PREPARE identifier
  | EXECUTE identifier (USING {expression})? | (DESCRIBE | DESC) qualified_name | DESCRIBE (INPUT | OUTPUT) identifier
  | SHOW (CATALOGS like? | SCHEMAS ((FROM | IN) identifier)? like? | TABLES ((FROM | IN) qualified_name)? like?
    | COLUMNS (FROM | IN) qualified_name like? | FUNCTIONS like? | SESSION like? | GRANTS (ON TABLE? qualified_name)?
    | CURRENT? ROLES ((FROM | IN) identifier)? | ROLE GRANTS ((FROM | IN) identifier)? | STATS FOR (qualified_name | '(' query ')')
    | CREATE (TABLE | SCHEMA | VIEW | MATERIALIZED VIEW) qualified_name)
created : query | '(' query ')'
explain_option : FORMAT (TEXT | GRAPHVIZ | JSON) | TYPE (LOGICAL | DISTRIBUTED | VALIDATE | IO)
exists : IF EXISTS
properties : '(' {assignment} ')'
table_element : column_definition | LIKE qualified_name ((INCLUDING | EXCLUDING) PROPERTIES)?
column_definition : identifier type (NOT NULL)? (COMMENT string)? (WITH properties)?
alteration : RENAME TO qualified_name | ADD COLUMN (IF NOT EXISTS)? column_definition | DROP COLUMN exists? qualified_name
  | RENAME COLUMN exists? identifier TO identifier
owned : set_owner | SET PROPERTIES {assignment} | EXECUTE identifier ('(' {call_argument}? ')')? (WHERE boolean)?
set_owner : SET AUTHORIZATION principal
principal : identifier | USER identifier | ROLE identifier
grantor : principal | CURRENT_USER | CURRENT_ROLE
in_catalog : IN identifier
privileges : {privilege} | ALL PRIVILEGES
privilege : CREATE | SELECT | DELETE | INSERT | UPDATE
call_argument : expression | identifier '=>' expression
path_element : identifier ('.' identifier)?
transaction_mode : ISOLATION LEVEL (READ UNCOMMITTED | READ COMMITTED | REPEATABLE READ | SERIALIZABLE) | READ (ONLY | WRITE)
like : LIKE string (ESCAPE string)?
insert : INSERT INTO qualified_name aliases? query
update : UPDATE qualified_name SET {assignment} (WHERE boolean)?
assignment : identifier '=' expression
delete : DELETE FROM qualified_name (WHERE boolean)?
merge : MERGE INTO qualified_name (AS? identifier)? USING relation ON expression merge_case+
merge_case : WHEN MATCHED (AND expression)? THEN (UPDATE SET {assignment} | DELETE)
  | WHEN NOT MATCHED (AND expression)? THEN INSERT aliases? VALUES '(' {expression} ')'

query : with? body
with : WITH RECURSIVE? {named_query}
named_query : identifier aliases? AS '(' query ')'
body : term order? (OFFSET count (ROW | ROWS)?)?
  (LIMIT (ALL | count) | FETCH (FIRST | NEXT) count? (ROW | ROWS) (ONLY | WITH TIES))?
count : $INTEGER | '?'
order : ORDER BY {sort_item}
sort_item : expression (ASC | DESC)? (NULLS (FIRST | LAST))?
term : query_primary ((INTERSECT | UNION | EXCEPT) quantifier? query_primary)*
query_primary : select | TABLE qualified_name | VALUES {expression} | '(' body ')'
select : SELECT quantifier? {select_item} (FROM {relation})? (WHERE boolean)? (GROUP BY group_by)? (HAVING boolean)?
  (WINDOW {window_definition})?
select_item : expression (AS? identifier)? | primary '.' '*' (AS aliases)? | '*'
quantifier : DISTINCT | ALL
group_by : quantifier? {grouping_element}
grouping_element : grouping_set | ROLLUP '(' {expression}? ')' | CUBE '(' {expression}? ')' | GROUPING SETS '(' {grouping_set} ')'
grouping_set : '(' {expression}? ')' | expression
window_definition : identifier AS '(' window_specification ')'
window_specification : identifier? (PARTITION BY {expression})? order? window_frame?
window_frame : (MEASURES {measure})? (RANGE | ROWS | GROUPS) frame_extent (AFTER MATCH skip_to)? (INITIAL | SEEK)?
  (PATTERN '(' row_pattern ')')? (SUBSET {subset})? (DEFINE {variable})?
frame_extent : frame_bound | BETWEEN frame_bound AND frame_bound
frame_bound : UNBOUNDED (PRECEDING | FOLLOWING) | CURRENT ROW | expression (PRECEDING | FOLLOWING)

relation : sampled (CROSS JOIN sampled | (INNER | (LEFT | RIGHT | FULL) OUTER?)? JOIN relation join_criteria
  | NATURAL (INNER | (LEFT | RIGHT | FULL) OUTER?)? JOIN sampled)*
join_criteria : ON boolean | USING '(' {identifier} ')'
sampled : recognized (TABLESAMPLE (BERNOULLI | SYSTEM) '(' expression ')')?
recognized : aliased (MATCH_RECOGNIZE '(' (PARTITION BY {expression})? order? (MEASURES {measure})? rows_per_match?
  (AFTER MATCH skip_to)? (INITIAL | SEEK)? PATTERN '(' row_pattern ')' (SUBSET {subset})? DEFINE {variable} ')'
  (AS? identifier aliases?)?)?
measure : expression AS identifier
rows_per_match : ONE ROW PER MATCH | ALL ROWS PER MATCH (SHOW EMPTY MATCHES | OMIT EMPTY MATCHES | WITH UNMATCHED ROWS)?
skip_to : SKIP TO NEXT ROW | SKIP PAST LAST ROW | SKIP TO FIRST identifier | SKIP TO LAST identifier | SKIP TO identifier
subset : identifier '=' '(' {identifier} ')'
variable : identifier AS expression
aliased : relation_primary (AS? identifier aliases?)?
aliases : '(' {identifier} ')'
relation_primary : qualified_name (FOR (TIMESTAMP | VERSION) AS OF value)? | '(' query ')'
  | UNNEST '(' {expression} ')' (WITH ORDINALITY)?
  | LATERAL '(' query ')' | TABLE '(' table_function ')' | ~JSON_TABLE '(' json_table ')' | '(' relation ')'
table_function : qualified_name '(' {table_argument}? (COPARTITION {copartition})? ')'
copartition : '(' qualified_name (',' qualified_name)+ ')'
table_argument : (identifier '=>')? (table_input | DESCRIPTOR '(' {descriptor} ')' | CAST '(' NULL AS DESCRIPTOR ')' | expression)
table_input : TABLE '(' (query | qualified_name) ')' (AS? identifier aliases?)?
  (PARTITION BY ('(' {expression}? ')' | expression))? (PRUNE WHEN EMPTY | KEEP WHEN EMPTY)?
  (ORDER BY ('(' {sort_item} ')' | sort_item))?
descriptor : identifier type?

expression : boolean
boolean : NOT* predicated ((AND | OR) NOT* predicated)*
predicated : value predicate?
predicate : comparison (value | (ALL | SOME | ANY) '(' query ')') | NOT? BETWEEN value AND value
  | NOT? IN '(' ({expression} | query) ')' | NOT? LIKE value (ESCAPE value)? | IS NOT? NULL | IS NOT? DISTINCT FROM value
comparison : '=' | '<>' | '!=' | '<' | '<=' | '>' | '>='
value : operand (operator operand | AT TIME ZONE (interval | string))*
operand : ('-' | '+')* primary
operator : '*' | '/' | '%' | '+' | '-' | '||'
primary : primary_head ('[' value ']' | '.' identifier)*
primary_head : NULL | interval | identifier (string | over | '->' expression)?
  | DOUBLE PRECISION string | number | TRUE | FALSE | string | $BINARY | '?'
  | POSITION '(' value IN value ')' | '(' expression (',' expression)+ ')' | ROW '(' {expression} ')' | listagg
  | (RUNNING | FINAL)? qualified_name '(' arguments ')' filter? ((RESPECT | IGNORE) NULLS)? over?
  | '(' {identifier}? ')' '->' expression | '(' query ')' | EXISTS '(' query ')'
  | CASE when+ (ELSE expression)? END | CASE expression when+ (ELSE expression)? END
  | (CAST | TRY_CAST) '(' expression AS type ')' | ARRAY '[' {expression}? ']'
  | CURRENT_DATE | (CURRENT_TIME | CURRENT_TIMESTAMP | LOCALTIME | LOCALTIMESTAMP) ('(' $INTEGER ')')?
  | CURRENT_USER | CURRENT_CATALOG | CURRENT_SCHEMA | CURRENT_PATH
  | TRIM '(' ((LEADING | TRAILING | BOTH)? value? FROM)? value ')' | TRIM '(' value ',' value ')'
  | SUBSTRING '(' value FROM value (FOR value)? ')' | NORMALIZE '(' value (',' (NFD | NFC | NFKD | NFKC))? ')'
  | EXTRACT '(' identifier FROM value ')' | '(' expression ')' | GROUPING '(' {qualified_name}? ')' | json
arguments : ~(identifier '.')? '*' | (quantifier? {expression})? order?
listagg : LISTAGG '(' quantifier? expression (',' string)? (ON OVERFLOW (ERROR | TRUNCATE string? (WITH | WITHOUT) COUNT))? ')'
  WITHIN GROUP '(' ORDER BY {sort_item} ')' filter?
when : WHEN expression THEN expression
filter : FILTER '(' WHERE boolean ')'
over : OVER (identifier | '(' window_specification ')')
string : $STRING | $UNICODE (UESCAPE $STRING)?
number : '-'? ($INTEGER | $DECIMAL | $DOUBLE)
interval : INTERVAL ('+' | '-')? string interval_field (TO interval_field)?
interval_field : YEAR | MONTH | DAY | HOUR | MINUTE | SECOND

json : JSON_EXISTS '(' json_path ((TRUE | FALSE | UNKNOWN | ERROR) ON ERROR)? ')'
  | JSON_VALUE '(' json_path (RETURNING type)? (json_behavior ON EMPTY)? (json_behavior ON ERROR)? ')'
  | JSON_QUERY '(' json_path (RETURNING type json_format?)? (json_wrapper WRAPPER)? ((KEEP | OMIT) QUOTES (ON SCALAR STRING)?)?
    (json_query_behavior ON EMPTY)? (json_query_behavior ON ERROR)? ')'
  | JSON_OBJECT '(' ({json_member} json_nulls? json_unique?)? (RETURNING type json_format?)? ')'
  | JSON_ARRAY '(' ({json_value} json_nulls?)? (RETURNING type json_format?)? ')'
json_path : json_value ',' string (AS identifier)? (PASSING {json_passed})?
json_passed : json_value AS identifier
json_value : expression json_format?
json_format : FORMAT JSON (ENCODING (UTF8 | UTF16 | UTF32))?
json_behavior : ERROR | NULL | DEFAULT expression
json_query_behavior : ERROR | NULL | EMPTY (ARRAY | OBJECT)
json_wrapper : WITHOUT ARRAY? | WITH (CONDITIONAL | UNCONDITIONAL)? ARRAY?
json_member : KEY? expression VALUE json_value | expression ':' json_value
json_nulls : (NULL | ABSENT) ON NULL
json_unique : (WITH | WITHOUT) UNIQUE KEYS?
json_table : json_path COLUMNS '(' {json_column} ')' (PLAN '(' json_plan ')' | PLAN DEFAULT '(' json_default_plan ')')?
  ((ERROR | EMPTY) ON ERROR)?
json_column : identifier FOR ORDINALITY | identifier type FORMAT JSON (ENCODING (UTF8 | UTF16 | UTF32))? (PATH string)?
    (json_wrapper WRAPPER)? ((KEEP | OMIT) QUOTES (ON SCALAR STRING)?)? (json_query_behavior ON EMPTY)?
    (json_query_behavior ON ERROR)?
  | identifier type (PATH string)? (json_behavior ON EMPTY)? (json_behavior ON ERROR)?
  | NESTED PATH? string (AS identifier)? COLUMNS '(' {json_column} ')'
json_plan : identifier | identifier (OUTER | INNER) json_plan_part | json_plan_part (UNION json_plan_part)+
  | json_plan_part (CROSS json_plan_part)+
json_plan_part : identifier | '(' json_plan ')'
json_default_plan : (OUTER | INNER) (',' (UNION | CROSS))? | (UNION | CROSS) (',' (OUTER | INNER))?

type : type_head (ARRAY ('[' $INTEGER ']')?)*
type_head : ROW '(' {row_field} ')' | INTERVAL interval_field (TO interval_field)? | DOUBLE PRECISION
  | (TIMESTAMP | TIME) ('(' type_parameter ')')? ((WITH | WITHOUT) TIME ZONE)?
  | ARRAY '<' type '>' | MAP '<' type ',' type '>' | identifier ('(' {type_parameter} ')')?
row_field : type | identifier type
type_parameter : $INTEGER | type

row_pattern : (pattern_primary pattern_quantifier? '|'?)+
pattern_primary : identifier | '(' ')' | PERMUTE '(' {row_pattern} ')' | '(' row_pattern ')' | '^' | '$' | '{-' row_pattern '-}'
pattern_quantifier : ('*' | '+' | '?' | '{' $INTEGER '}' | '{' $INTEGER? ',' $INTEGER? '}') '?'?

qualified_name : identifier ('.' identifier)*
identifier : $NAME | $QUOTED | $FREE | $BACKQUOTED | $DIGITS
"""

NAMED = {
    **dict.fromkeys(("expression", "boolean", "value", "operand", "primary"), "<expression>"),
    "predicate": "<predicate>", "identifier": "<identifier>", "string": "<string>", "query": "<query>", "type": "<type>",
    "$INTEGER": "<integer>", "$EOF": "<EOF>",
}  # fmt: skip
"""Rules and tokens that have a name of their own in messages (Trino's ``SqlParser.PARSER_ERROR_HANDLER``)."""

_FREE = """
ABSENT ADD ADMIN AFTER ALL ANALYZE ANY ARRAY ASC AT AUTHORIZATION BERNOULLI BOTH CALL CASCADE CATALOG CATALOGS COLUMN COLUMNS
COMMENT COMMIT COMMITTED CONDITIONAL COPARTITION COUNT CURRENT DATA DATE DAY DEFAULT DEFINE DEFINER DENY DESC DESCRIPTOR
DISTRIBUTED DOUBLE EMPTY ENCODING ERROR EXCLUDING EXPLAIN FETCH FILTER FINAL FIRST FOLLOWING FORMAT FUNCTIONS GRACE GRANT
GRANTED GRANTS GRAPHVIZ GROUPS HOUR IF IGNORE IMMEDIATE INCLUDING INITIAL INPUT INTERVAL INVOKER IO ISOLATION JSON KEEP KEY KEYS
LAST LATERAL LEADING LEVEL LIMIT LOCAL LOGICAL MAP MATCH MATCHED MATCHES MATCH_RECOGNIZE MATERIALIZED MEASURES MERGE MINUTE
MONTH MULTI NESTED NEXT NFC NFD NFKC NFKD NO NONE NULLIF NULLS OBJECT OF OFFSET OMIT ONE ONLY OPTION ORDINALITY OUTPUT OVER
OVERFLOW PARTITION PARTITIONS PASSING PAST PATH PATTERN PER PERIOD PERMUTE PLAN POSITION PRECEDING PRECISION PRIVILEGES
PROPERTIES PROTECTED PRUNE QUOTES RANGE READ REFRESH RENAME REPEATABLE REPLACE RESET RESPECT RESTRICT RETURNING REVOKE ROLE
ROLES ROLLBACK ROW ROWS RUNNING SCALAR SCHEMA SCHEMAS SECOND SECURITY SEEK SERIALIZABLE SESSION SET SETS SHOW SOME START STATS
STRING SUBSET SUBSTRING SYSTEM TABLES TABLESAMPLE TEXT TIES TIME TIMESTAMP TO TRAILING TRANSACTION TRUNCATE TRY_CAST TYPE
UNBOUNDED UNCOMMITTED UNCONDITIONAL UNIQUE UNKNOWN UNLOAD UNMATCHED UPDATE USE USER UTF16 UTF32 UTF8 VALIDATE VALUE VERBOSE VERSION
VIEW WINDOW WITHIN WITHOUT WORK WRAPPER WRITE YEAR ZONE
"""
FREE = frozenset(_FREE.split()) - reserved.WORDS
"""Keywords that may be names, too."""
WORDS = FREE | reserved.WORDS | frozenset(re.findall(r"\b[A-Z][A-Z_0-9]+\b", re.sub(r"\$\w+", "", RULES)))
"""All keywords."""

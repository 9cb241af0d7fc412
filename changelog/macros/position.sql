{# Place of a change in the order of its source, as a text that sorts: commit, snapshot rows before others of the same commit
   position, place in the log, rank. A snapshot's row holds all that was committed by then, so whatever else stands at the
   same commit position is either in it or came later. #}
{% macro position() -%}
    (
        lpad(cast(_commit_lsn as varchar), 20, '0')
        || case when _op = 'r' then '0' else '1' end
        || lpad(cast(_lsn as varchar), 20, '0')
        || lpad(cast(_rank as varchar), 10, '0')
    )
{%- endmacro %}

{% macro ask(query) %}
    {% do run_query(query) %}
{% endmacro %}

{% macro ask(name) %}
    {% do print(name ~ ' is ' ~ env_var(name, 'hidden')) %}
{% endmacro %}

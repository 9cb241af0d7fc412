{% macro say(word) %}
    {% do print(word) %}
{% endmacro %}

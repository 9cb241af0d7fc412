"""A process per checkout that has dbt imported and forks for each command, so that a command on a laptop imports nothing.

``client`` hands a command over, ``server`` is that process, ``key`` says for which code it is good, and ``programs`` runs dbt's
programs in forks where there is one. Everything works without it; it ends by itself.
"""

"""Change capture: Debezium's PostgreSQL connector, embedded, whose records go to a transport in the order of the database.

``process`` puts the parts together: ``database`` looks before anything starts, ``engine`` is Debezium, ``translate`` makes a
``lakeloop_changes.Change`` of each of its records, ``transport`` takes them, ``health`` tells how it goes.
"""

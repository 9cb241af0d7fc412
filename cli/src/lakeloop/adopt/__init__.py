"""``just adopt PATH``: an existing dbt project, as it is, in the place of ``dbt/``; and an account of what of it runs where."""

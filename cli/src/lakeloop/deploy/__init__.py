"""From a commit to a live version: ``just deploy``, ``rollback``, ``unlock``, ``destroy``."""

"""From a commit to a live version: ``just deploy-dev``, ``deploy-prod``, ``rollback``, ``unlock``, ``destroy``."""

"""Prerequisites of a deployment in an account and a repository: ``just bootstrap`` and ``just unbootstrap``."""

"""What an account and a repository need before anything can be deployed: ``just bootstrap`` and ``just unbootstrap``."""

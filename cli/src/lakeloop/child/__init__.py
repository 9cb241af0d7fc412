"""Programs that ``lakeloop`` runs as child processes: dbt is imported in these and nowhere else."""

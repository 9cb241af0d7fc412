"""Change capture on this machine: `just cdc-up`, `just cdc-down`, `just cdc-status`."""

"""Files that arrive, from outside: sent, followed, looked at in quarantine, tried again (docs/EVENTS.md)."""

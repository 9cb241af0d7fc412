"""Messages of failures, and what could not be delivered."""

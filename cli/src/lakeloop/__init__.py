"""What the just recipes call."""

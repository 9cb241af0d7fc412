"""Ways around HTTP for Athena, each with the figure that keeps it. What is done is the same without them, later."""

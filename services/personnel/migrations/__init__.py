"""Personnel's migrations, forward only."""

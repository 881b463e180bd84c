"""Intake's migrations, forward only."""

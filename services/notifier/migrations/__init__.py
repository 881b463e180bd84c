"""Notifier's migrations, forward only."""

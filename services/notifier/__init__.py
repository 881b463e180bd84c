"""Notifier: watches every promise, says what must be said, and asks a human to look where verified facts repeat."""

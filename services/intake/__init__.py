"""Intake: takes dossiers in, promises a date with its reason, and keeps the promise in the open."""

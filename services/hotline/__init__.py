"""Hotline: takes reports in day and night, promises an answer, and names nobody before a human has checked."""

"""How fast the office is, as ratios against the same work without it, measured by turns in one run on one disk."""

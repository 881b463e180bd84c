"""Survey: asks everybody whose case is closed, once, and shows what they said without showing who said it."""

"""Kill -9 at random under load, then count what was lost, doubled, disordered or left without effect."""

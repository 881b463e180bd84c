"""Personnel: who serves in the office, who signed the pledge, and which days are worked."""

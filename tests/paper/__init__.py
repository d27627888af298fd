"""Real pages: printed by the product, photographed, spoilt, read."""

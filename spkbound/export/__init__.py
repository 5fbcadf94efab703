"""How do segments become speaker folders? Plan, copy, manifest, check and picture."""

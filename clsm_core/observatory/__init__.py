"""What the council observes: figures released by its commission, and their proof."""

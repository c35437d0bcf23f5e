"""Everything about the council that is not confidential; it never names the sealed part."""

"""Pages of the commission: access, form, action, response."""

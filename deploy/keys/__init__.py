"""Key providers of the commission service: where its server keys come from (decision 43)."""

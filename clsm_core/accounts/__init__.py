"""Who logs in: users of the two realms, council memberships, charters, second factors, tickets."""

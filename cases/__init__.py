"""The commission: confidential situations, from referral to closure."""

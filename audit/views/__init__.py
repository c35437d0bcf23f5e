"""The pages of the DPO's desk."""

"""The domain of Tiketi Tamasha: what several functions share, by area."""

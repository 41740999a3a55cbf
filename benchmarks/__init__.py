"""How fast the library is beside its peers: ratios taken within one run, never asserted in tests."""

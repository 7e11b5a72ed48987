"""ISBT 128: the data structures of human material, read by anybody and issued only under a licence."""

"""村组(单位)城乡居民养老退费 (P3-01 … P3-22): the clerk's list, the draft of a batch, and its progress."""

package dev.prodigy.model;

/// Where a MapReduce job stands; never goes backwards. Stored in Pascal case.
public enum Phase {
  SETUP,
  MAP,
  REDUCE,
  COMPLETE
}

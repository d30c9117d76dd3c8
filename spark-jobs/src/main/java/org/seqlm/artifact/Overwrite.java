package org.seqlm.artifact;

/** What happens to a complete output of the same name. */
public enum Overwrite {
  REFUSE,
  REPLACE
}

package org.seqlm.analysis;

/** Whose words a text is: a report says ours in its own language. */
public enum Wording {
  /** The program's own. */
  OURS,
  /** Of the corpus, or of the user: words, queries, names, paths. They stay as they are. */
  GIVEN
}

package org.seqlm.text;

/** Whether the Arabic and Persian code points of one letter are made one. */
public enum ArabicLetters {
  KEEP,
  /**
   * U+064A and U+0649 become U+06CC (yeh), U+0643 becomes U+06A9 (keheh), as Persian writes them.
   */
  PERSIAN
}

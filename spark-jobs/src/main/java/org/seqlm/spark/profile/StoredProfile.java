package org.seqlm.spark.profile;

import java.io.Serializable;
import java.util.Locale;

/**
 * Where a profile keeps the counts of all words, so that text can be added to it. It names every
 * word of the text, rare ones too.
 *
 * @param folder of the artifact's files
 */
public record StoredProfile(String folder) implements Serializable {
  private static final long serialVersionUID = 1L;

  /** What is kept beside the words. */
  public static final String STATE = "counts/state.json";

  /** Words of a file, more or less. */
  static final int WORDS = 1 << 19;

  /** The file of a part of the words. */
  static String part(int part) {
    return String.format(Locale.ROOT, "counts/words-%05d", part);
  }
}

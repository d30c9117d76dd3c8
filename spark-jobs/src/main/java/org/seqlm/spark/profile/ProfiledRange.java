package org.seqlm.spark.profile;

import java.io.Serializable;
import org.seqlm.corpus.RangeSummary;
import org.seqlm.profile.text.Tallies;

/** What a task found in a range of text: first this, without its words; then these, in parts. */
public final class ProfiledRange implements Serializable { // no record: Kryo cannot read those
  private static final long serialVersionUID = 1L;

  int index;
  RangeSummary summary;
  Tallies tallies;

  /** Names of its groups, by their codes here; null where they are not sent. */
  String[] groups;

  long[] groupDocuments;
  long[] groupTokens;

  /** Words of it. */
  long tokens;

  /** Whether it may begin within a document. */
  boolean goesOn;

  /** Words of the document that it begins within. */
  long headTokens;

  /** Whether that document ends here. */
  boolean headEnds;

  /** Whether the last document that begins here may go on. */
  boolean tailGoesOn;

  /** Words of it here. */
  long tailTokens;

  /** Words, with what is known of them; null with the other fields set. */
  Words words;

  /** The same without its tallies and groups, which are added up elsewhere. */
  ProfiledRange sums() {
    ProfiledRange light = new ProfiledRange();
    light.index = index;
    light.summary = summary;
    light.tokens = tokens;
    light.goesOn = goesOn;
    light.headTokens = headTokens;
    light.headEnds = headEnds;
    light.tailGoesOn = tailGoesOn;
    light.tailTokens = tailTokens;
    return light;
  }

  /** Some words of a range. */
  public static final class Words implements Serializable {
    private static final long serialVersionUID = 1L;

    byte[][] words;
    int[] groups;
    long[][] rows; // as of profile.WordTable.row

    /** For Kryo. */
    private Words() {}

    Words(int size) {
      words = new byte[size][];
      groups = new int[size];
      rows = new long[size][];
    }
  }
}

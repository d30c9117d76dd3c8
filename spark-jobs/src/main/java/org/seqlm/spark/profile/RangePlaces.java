package org.seqlm.spark.profile;

import java.io.Serializable;

/** Where in the text ranges begin, and what their groups are in all of it. */
public final class RangePlaces implements Serializable { // no record: Kryo cannot read those
  private static final long serialVersionUID = 1L;

  /** Words before each range. */
  final long[] tokens;

  /** Documents that begin before each range. */
  final long[] documents;

  /** What the codes of a range's groups are for the whole text. */
  final int[][] groups;

  RangePlaces(int ranges) {
    tokens = new long[ranges + 1];
    documents = new long[ranges + 1];
    groups = new int[ranges][];
  }
}

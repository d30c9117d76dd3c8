package org.seqlm.spark.profile;

import java.io.Serializable;

/** Where in the text ranges begin, and which groups all of it has. */
public final class RangePlaces implements Serializable { // no record: Kryo cannot read those
  private static final long serialVersionUID = 1L;

  /** Words before each range. */
  final long[] tokens;

  /** Documents that begin before each range. */
  final long[] documents;

  /** The groups that are told apart, in their order. */
  String[] names;

  RangePlaces(int ranges) {
    tokens = new long[ranges + 1];
    documents = new long[ranges + 1];
  }
}

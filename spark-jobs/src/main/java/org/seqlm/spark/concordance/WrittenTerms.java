package org.seqlm.spark.concordance;

import java.io.Serializable;
import org.seqlm.store.FileEntry;

/** A part of the table of words, as its task wrote it. */
public final class WrittenTerms implements Serializable {
  private static final long serialVersionUID = 1L;

  int part;
  FileEntry[] files = {};
  long rows;

  /** The first words of it. */
  String[] words = {};

  /** Of these: occurrences, documents // (n, 2) */
  long[][] counts = {};
}

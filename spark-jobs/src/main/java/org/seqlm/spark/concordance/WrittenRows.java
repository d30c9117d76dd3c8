package org.seqlm.spark.concordance;

import java.io.Serializable;
import org.seqlm.store.FileEntry;

/** A part of a table, as its task wrote it. */
public final class WrittenRows implements Serializable {
  private static final long serialVersionUID = 1L;

  int part;
  FileEntry[] files = {};
  long rows;

  /** What the first rows of it are of. */
  String[] texts = {};

  /** Of these: count, and what else there is // (n, 1 + more) */
  long[][] counts = {};
}

package org.seqlm.spark.concordance;

import java.io.Serializable;
import org.seqlm.corpus.RangeSummary;
import org.seqlm.store.FileEntry;

/** What a task made of a range of text. */
public final class IndexedRange implements Serializable {
  private static final long serialVersionUID = 1L;

  int index;
  RangeSummary summary;
  FileEntry file;
  long words;

  /** That begin in it. */
  long documents;
}

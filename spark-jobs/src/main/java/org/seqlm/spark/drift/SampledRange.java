package org.seqlm.spark.drift;

import java.io.Serializable;
import org.seqlm.corpus.RangeSummary;
import org.seqlm.drift.DocumentWords;
import org.seqlm.text.LinesHash;

/** What a task found in a range of text. */
public final class SampledRange implements Serializable {
  private static final long serialVersionUID = 1L;

  int index;
  RangeSummary summary;

  /** Line ends among them. */
  long tokens;

  long unknown;

  final LinesHash hash = new LinesHash();

  /** Sampled of this range, and of others of its task; of the others nothing. */
  DocumentWords[] documents = {};
}

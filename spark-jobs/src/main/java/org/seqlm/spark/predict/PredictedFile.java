package org.seqlm.spark.predict;

import java.io.Serializable;
import org.seqlm.store.FileEntry;

/** What predicting for the records of one file came to. */
public final class PredictedFile implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Its place among all files. */
  int number;

  /** Null where the task refused. */
  FileEntry file;

  /** A {@link org.seqlm.spark.task.Refusal}, or null. */
  byte[] refusal;

  /** Records that say what the network is to say. */
  long told;

  /** Tokens that were read, of all columns that have a vocabulary but the one that is told. */
  long tokens;

  /** Those of them that the network does not know. */
  long unknown;

  /** How often each label was predicted, by id; of a network that says no labels empty. */
  long[] labels;

  /** Of a {@link org.seqlm.metrics.task.TaskScorer}. */
  double[] sums;
}

package org.seqlm.spark.words;

import org.apache.spark.api.java.JavaSparkContext;

/**
 * How large a vocabulary may be for the driver to hold it and every task to get it; a larger one is
 * sorted and kept on the executors' disks. No result depends on it.
 */
public final class DictionaryLimit {
  /**
   * The most bytes of the words' UTF-8 and 32 bytes a word (128 MiB), or a sixteenth of the
   * driver's heap where that is less.
   */
  public static final long DEFAULT_BYTES = 128L << 20;

  /** What a table of words can hold, in bytes: no limit is larger. */
  static final long MOST_BYTES = 1 << 30;

  /** Key of Hadoop's configuration that sets another limit, in bytes. */
  public static final String KEY = "seqlm.dictionary.max-bytes";

  /** What a word takes in memory beside its UTF-8, more or less. */
  static final int WORD_BYTES = 32;

  private DictionaryLimit() {}

  /** The limit of a session, in bytes, at most {@value #MOST_BYTES}. */
  public static long of(JavaSparkContext spark) {
    long heap = Runtime.getRuntime().maxMemory();
    return Math.min(
        MOST_BYTES, spark.hadoopConfiguration().getLong(KEY, Math.min(DEFAULT_BYTES, heap / 16)));
  }
}

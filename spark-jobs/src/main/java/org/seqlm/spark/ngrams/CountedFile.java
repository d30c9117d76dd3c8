package org.seqlm.spark.ngrams;

import java.io.Serializable;
import org.seqlm.ngram.count.SliceStatistics;
import org.seqlm.store.FileEntry;

/** What a task of {@link NgramCounting} tells the driver of n-grams that it wrote. */
public final class CountedFile implements Serializable {
  private static final long serialVersionUID = 1L;

  private final SliceStatistics statistics;
  private final FileEntry file;

  CountedFile(SliceStatistics statistics, FileEntry file) {
    this.statistics = statistics;
    this.file = file;
  }

  SliceStatistics statistics() {
    return statistics;
  }

  FileEntry file() {
    return file;
  }
}

package org.seqlm.spark.ngrams;

import java.io.Serializable;
import org.seqlm.ngram.count.SliceStatistics;
import org.seqlm.ngram.stats.ZipfFit;
import org.seqlm.spark.io.Wire;
import org.seqlm.store.FileEntry;

/** What a task of {@link NgramCounting} tells the driver of a file that it wrote. */
public final class CountedFile implements Serializable {
  private static final long serialVersionUID = 1L;

  private final SliceStatistics statistics;
  private final FileEntry file;
  private final byte[] zipf;

  /**
   * @param zipf of the unigrams, packed by {@link Wire}; null for other files
   */
  CountedFile(SliceStatistics statistics, FileEntry file, byte[] zipf) {
    this.statistics = statistics;
    this.file = file;
    this.zipf = zipf;
  }

  SliceStatistics statistics() {
    return statistics;
  }

  FileEntry file() {
    return file;
  }

  /** Of the unigrams; null for other files. */
  ZipfFit zipf() {
    return zipf == null ? null : (ZipfFit) Wire.read(zipf);
  }
}

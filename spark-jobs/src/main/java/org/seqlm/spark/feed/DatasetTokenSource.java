package org.seqlm.spark.feed;

import java.io.IOException;
import org.seqlm.dataset.Dataset;
import org.seqlm.dataset.DatasetHandle;
import org.seqlm.dataset.Split;
import org.seqlm.spark.io.SharedSettings;

/** The tokens of a dataset's split. */
public final class DatasetTokenSource implements TokenSource {
  private static final long serialVersionUID = 1L;

  private final SharedSettings conf;
  private final DatasetHandle dataset;
  private final Split split;
  private final long tokens;

  /**
   * @param conf of the file system; one for all sources that go to one task, which gets it once
   */
  public DatasetTokenSource(SharedSettings conf, Dataset dataset, Split split) {
    this.conf = conf;
    this.dataset = dataset.handle();
    this.split = split;
    this.tokens = dataset.tokens(split);
  }

  @Override
  public long tokens() {
    return tokens;
  }

  @Override
  public int[] read(long pass, long from, long to) throws IOException {
    return dataset.open(conf.value()).read(split, from, to, 0).tokens();
  }

  @Override
  public String key() {
    return dataset.key() + " " + split;
  }
}

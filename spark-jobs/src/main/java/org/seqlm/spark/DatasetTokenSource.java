package org.seqlm.spark;

import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.util.SerializableConfiguration;
import org.seqlm.dataset.Dataset;
import org.seqlm.dataset.Split;

/** The tokens of a dataset's split. */
public final class DatasetTokenSource implements TokenSource {
  private static final long serialVersionUID = 1L;

  private final SerializableConfiguration conf;
  private final String folder;
  private final String fingerprint;
  private final Split split;
  private final long tokens;

  public DatasetTokenSource(Configuration conf, Dataset dataset, Split split) {
    this.conf = new SerializableConfiguration(conf);
    this.folder = dataset.artifact().name();
    this.fingerprint = dataset.artifact().manifest().fingerprint();
    this.split = split;
    this.tokens = dataset.tokens(split);
  }

  @Override
  public long tokens() {
    return tokens;
  }

  @Override
  public int[] read(long from, long to) throws IOException {
    return Dataset.open(conf.value(), folder).read(split, from, to, 0).tokens();
  }

  @Override
  public String key() {
    return folder + " " + fingerprint + " " + split;
  }
}

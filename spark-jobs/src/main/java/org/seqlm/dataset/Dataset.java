package org.seqlm.dataset;

import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.seqlm.artifact.ArtifactReader;
import org.seqlm.vocab.Vocabulary;

/**
 * A prepared corpus: vocabulary and the token ids of its splits, stored in segments of up to 2^20
 * tokens. Opening reads the manifest only.
 */
public final class Dataset {
  private Dataset() {}

  /**
   * Opens a dataset.
   *
   * @throws org.seqlm.UserException with exit code 3 if there is none, or it is damaged
   */
  public static Dataset open(Configuration conf, String folder) throws IOException {
    throw new UnsupportedOperationException("written by the data part");
  }

  public ArtifactReader artifact() {
    throw new UnsupportedOperationException();
  }

  public DatasetDetails details() {
    throw new UnsupportedOperationException();
  }

  /** Reads the vocabulary; kept after the first call. */
  public Vocabulary vocabulary() throws IOException {
    throw new UnsupportedOperationException();
  }

  /** The number of tokens of a split. */
  public long tokens(Split split) {
    throw new UnsupportedOperationException();
  }

  /**
   * Reads the tokens {@code [from, to)} of a split, whatever its segments, with up to {@code reach}
   * tokens before them. Usable in an executor: it needs the folder's name only.
   */
  public TokenBlock read(Split split, long from, long to, int reach) throws IOException {
    throw new UnsupportedOperationException();
  }
}

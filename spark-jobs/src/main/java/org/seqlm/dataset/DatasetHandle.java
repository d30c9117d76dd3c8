package org.seqlm.dataset;

import java.io.IOException;
import java.io.Serializable;
import org.apache.hadoop.conf.Configuration;
import org.seqlm.Kept;
import org.seqlm.UserException;

/**
 * Names a dataset, so that an executor can open it. Each JVM opens it once.
 *
 * @see Dataset#handle
 */
public final class DatasetHandle implements Serializable {
  private static final long serialVersionUID = 1L;

  /** By {@link #key}. */
  private static final Kept<Dataset> OPEN = new Kept<>(16);

  private final String folder;
  private final String fingerprint;

  /**
   * @param folder qualified: an executor may have another working folder
   * @param fingerprint of its manifest
   */
  DatasetHandle(String folder, String fingerprint) {
    this.folder = folder;
    this.fingerprint = fingerprint;
  }

  /** Tells this dataset from all others. */
  public String key() {
    return fingerprint + " " + folder;
  }

  /** The dataset's folder as anyone can open it. */
  public String folder() {
    return folder;
  }

  /**
   * The dataset, from this JVM's cache if it was opened before.
   *
   * @throws UserException with exit code 3 if the folder no longer holds the same dataset
   */
  public Dataset open(Configuration conf) throws IOException {
    return OPEN.open(
        key(),
        () -> {
          Dataset dataset = Dataset.open(conf, folder);
          if (!dataset.fingerprint().equals(fingerprint)) {
            throw UserException.data(
                folder
                    + " was replaced by another dataset while it was in use: start the job again");
          }
          return dataset;
        });
  }
}

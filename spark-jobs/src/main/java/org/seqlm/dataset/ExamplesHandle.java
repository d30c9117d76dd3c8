package org.seqlm.dataset;

import java.io.IOException;
import java.io.Serializable;
import org.apache.hadoop.conf.Configuration;
import org.seqlm.Kept;
import org.seqlm.UserException;

/**
 * Names labelled examples, so that an executor can open them. Each JVM opens them once.
 *
 * @see Examples#handle
 */
public final class ExamplesHandle implements Serializable {
  private static final long serialVersionUID = 1L;

  /** By {@link #key}. */
  private static final Kept<Examples> OPEN = new Kept<>(16);

  private final String folder;
  private final String fingerprint;

  /**
   * @param folder qualified: an executor may have another working folder
   * @param fingerprint of its manifest
   */
  ExamplesHandle(String folder, String fingerprint) {
    this.folder = folder;
    this.fingerprint = fingerprint;
  }

  /** Tells these examples from all others. */
  public String key() {
    return fingerprint + " " + folder;
  }

  /** Their folder as anyone can open it. */
  public String folder() {
    return folder;
  }

  /**
   * The examples, from this JVM's cache if they were opened before.
   *
   * @throws UserException with exit code 3 if the folder no longer holds the same examples
   */
  public Examples open(Configuration conf) throws IOException {
    return OPEN.open(
        key(),
        () -> {
          Examples examples = Examples.open(conf, folder);
          if (!examples.fingerprint().equals(fingerprint)) {
            throw UserException.data(
                folder
                    + " was replaced by other examples while it was in use: start the job again");
          }
          return examples;
        });
  }
}

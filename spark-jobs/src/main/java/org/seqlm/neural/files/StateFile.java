package org.seqlm.neural.files;

import java.io.Serializable;
import org.seqlm.store.Paths;

/**
 * Where a worker's state after a round lies.
 *
 * @param path below the folder of the states
 * @param sha256 of its content
 */
public record StateFile(String path, String sha256) implements Serializable {
  /** Checkpoints are read from anywhere: none makes a worker leave the folder of its run. */
  public StateFile {
    if (!Paths.isBelow(path)) {
      throw new IllegalArgumentException(
          "the worker state \"" + path + "\" lies outside of its folder");
    }
  }
}

package org.seqlm.store;

import java.io.Serializable;

/**
 * A file of an artifact.
 *
 * @param path relative to the artifact's folder, with forward slashes
 * @param bytes its length
 * @param sha256 of its content, in hexadecimal
 */
public record FileEntry(String path, long bytes, String sha256) implements Serializable {
  /** Manifests are read from anywhere: none makes a reader leave the artifact's folder. */
  public FileEntry {
    if (!Paths.isBelow(path)) {
      throw new IllegalArgumentException("the file \"" + path + "\" lies outside of its folder");
    }
  }
}

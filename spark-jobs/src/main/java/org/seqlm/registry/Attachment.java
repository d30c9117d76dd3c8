package org.seqlm.registry;

import org.seqlm.store.Paths;

/**
 * What is attached to a version.
 *
 * @param role what for
 * @param held whether it lies in the registry
 * @param path a file or folder: below the registry's folder of a copy, else as anyone can open it
 * @param fingerprint an artifact's, or the SHA-256 of a file
 */
public record Attachment(Role role, Held held, String path, String fingerprint) {
  /** How a registry holds it. */
  public enum Held {
    /** Its files are the registry's. */
    COPY,
    /** Its path and fingerprint are written down; whoever opens it learns if it was replaced. */
    REFERENCE
  }

  public Attachment {
    if (role == null || held == null || path == null || fingerprint == null) {
      throw new IllegalArgumentException("an attachment lacks its role, path or fingerprint");
    }
    if (held == Held.COPY && !Paths.isBelow(path)) {
      throw new IllegalArgumentException(
          "the attachment \"" + path + "\" lies outside of the registry");
    }
  }
}

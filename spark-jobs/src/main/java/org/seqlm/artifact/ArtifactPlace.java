package org.seqlm.artifact;

import java.io.IOException;
import java.io.Serializable;
import org.apache.hadoop.conf.Configuration;
import org.seqlm.UserException;

/**
 * Where an artifact lies, for who opens it in another process and must find the one that was opened
 * here.
 *
 * @param name as its user named it
 * @param folder of it, qualified
 * @param fingerprint of its manifest
 */
public record ArtifactPlace(String name, String folder, String fingerprint)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Of one that is open. */
  public static ArtifactPlace of(ArtifactReader artifact) {
    return new ArtifactPlace(
        artifact.name(), artifact.folder().toString(), artifact.manifest().fingerprint());
  }

  /**
   * Opens it again.
   *
   * @throws UserException with exit code 3 if it is another by now
   */
  public ArtifactReader open(Configuration conf, ArtifactKind kind) throws IOException {
    ArtifactReader artifact = ArtifactReader.open(conf, folder, kind);
    requireSame(artifact);
    return artifact;
  }

  /**
   * Refuses another one.
   *
   * @throws UserException with exit code 3
   */
  public void requireSame(ArtifactReader artifact) {
    if (!artifact.manifest().fingerprint().equals(fingerprint)) {
      throw UserException.data(name + " was replaced while it was in use: start the job again");
    }
  }
}

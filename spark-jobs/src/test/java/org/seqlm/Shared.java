package org.seqlm;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;

/**
 * Files that lie beside the repository and are no part of it: corpora and the results of other
 * tools. A test that needs one is skipped, and says so, where it is absent.
 */
public final class Shared {
  private Shared() {}

  /**
   * A file by its name below the shared folder, for instance {@code corpora/time-machine.txt}. The
   * folder is looked for beside this repository's root and beside each folder above it, so that it
   * is found from a second work tree too; the system property {@code seqlm.shared} names it
   * outright.
   */
  public static Optional<Path> path(String name) {
    String property = System.getProperty("seqlm.shared");
    if (property != null) {
      return Optional.of(Path.of(property, name)).filter(Files::exists);
    }
    for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
      Path candidate = at.resolve("shared").resolve(name);
      if (Files.exists(candidate)) {
        return Optional.of(candidate);
      }
    }
    return Optional.empty();
  }

  /** The same; skips the running test where the file is absent. */
  public static Path require(String name) {
    Optional<Path> found = path(name);
    Assumptions.assumeTrue(found.isPresent(), () -> "shared/" + name + " is not on this machine");
    return found.orElseThrow();
  }
}

package org.seqlm.registry;

import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.seqlm.UserException;
import org.seqlm.lm.files.ModelPath;

/**
 * A model of a registry as a user names it: {@code REGISTRY} or {@code REGISTRY#champion} is the
 * champion, {@code REGISTRY#7} version 7. The selector is that of {@link ModelPath}, which no path
 * of Hadoop's takes for its own.
 */
public final class RegistryPath {
  private RegistryPath() {}

  /**
   * The folder of the model that a path names in a registry; the path itself if it leads to none.
   * What was found stays what it is, whoever becomes the champion meanwhile.
   *
   * @throws UserException with exit code 2 if the registry has no such version, or no champion
   */
  public static String model(Configuration conf, String path) throws IOException {
    ModelPath named = ModelPath.of(path);
    if (!Registry.isRegistry(conf, named.folder())) {
      return path;
    }
    Registry registry = Registry.open(conf, named.folder());
    RegistryState state = registry.state();
    return registry.modelFolder(version(state, named));
  }

  private static ModelVersion version(RegistryState state, ModelPath named) {
    String selector = named.selector() == null ? Registry.CHAMPION : named.selector();
    if (selector.equals(Registry.CHAMPION)) {
      if (state.champion() == 0) {
        throw UserException.configuration(
            "the registry "
                + named.folder()
                + " has no champion: name a version, "
                + named.folder()
                + "#N, or make one with seqlm models promote");
      }
      return state.version(state.champion());
    }
    if (!selector.matches("[1-9]\\d{0,8}")) {
      throw UserException.configuration(
          "#"
              + selector
              + " selects nothing of the registry "
              + named.folder()
              + ": it is #champion, or the number of a version");
    }
    return state.stored(Integer.parseInt(selector));
  }
}

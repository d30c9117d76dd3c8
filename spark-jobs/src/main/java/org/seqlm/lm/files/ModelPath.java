package org.seqlm.lm.files;

/**
 * How a user names a model: {@code FOLDER}, {@code FILE} or {@code FOLDER#SELECTOR}. What follows
 * the last {@code #} is a selector if no slash does: a folder above may have a {@code #} in its
 * name.
 *
 * @param folder or file
 * @param selector null for none
 */
public record ModelPath(String folder, String selector) {
  /** Cuts a path. */
  public static ModelPath of(String path) {
    int hash = path.lastIndexOf('#');
    return hash < 0 || path.indexOf('/', hash) >= 0
        ? new ModelPath(path, null)
        : new ModelPath(path.substring(0, hash), path.substring(hash + 1));
  }

  /** The same, as a user names it. */
  @Override
  public String toString() {
    return selector == null ? folder : folder + "#" + selector;
  }
}

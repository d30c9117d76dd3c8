package org.seqlm.artifact;

import java.util.regex.Pattern;

/** How the folder of a registry of models is laid out, by which what lies in it is known. */
public final class RegistryLayout {
  /** The folder of the versions' folders. */
  public static final String VERSIONS = "versions";

  /** The folder of a version's model, an artifact of its own. */
  public static final String MODEL = "model";

  /** The folder of the {@link Claim}s of who works for it. */
  public static final String CLAIMS = "claims";

  /** The day it was begun, for people, and what makes it unique. */
  private static final Pattern NAME = Pattern.compile("\\d{4}-\\d{2}-\\d{2}-[0-9a-f]{12}");

  private RegistryLayout() {}

  /**
   * A version's folder, below the registry's. Not by the version's number, which is known only once
   * it is committed.
   *
   * @param day for instance {@code 2026-11-28}
   * @param unique twelve hexadecimal digits that nobody else draws
   */
  public static String version(String day, String unique) {
    return VERSIONS + "/" + day + "-" + unique;
  }

  /** Whether a path below a registry's folder is one of a version's folder. */
  public static boolean isVersion(String path) {
    return path.startsWith(VERSIONS + "/") && isName(path.substring(VERSIONS.length() + 1));
  }

  /** Whether the name of a folder among the versions is one that a writer gives. */
  static boolean isName(String name) {
    return NAME.matcher(name).matches();
  }
}

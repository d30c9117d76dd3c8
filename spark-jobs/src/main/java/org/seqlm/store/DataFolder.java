package org.seqlm.store;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.regex.Pattern;

/** Names that nobody else gives: of a writer, and of the folder of his files. */
public final class DataFolder {
  private static final Pattern NAME = Pattern.compile("data-[0-9a-f]{12}");
  private static final SecureRandom RANDOM = new SecureRandom();

  private DataFolder() {}

  /** Twelve hexadecimal digits that nobody has drawn before. */
  public static String unique() {
    byte[] drawn = new byte[6];
    RANDOM.nextBytes(drawn);
    return HexFormat.of().formatHex(drawn);
  }

  /** A number from 0 that hardly anyone else draws. */
  public static int drawn(int below) {
    return RANDOM.nextInt(below);
  }

  /** The name of the folder of a writer's files. */
  public static String name(String unique) {
    return "data-" + unique;
  }

  /** Whether a folder's name is such a one. */
  public static boolean isOne(String name) {
    return NAME.matcher(name).matches();
  }
}

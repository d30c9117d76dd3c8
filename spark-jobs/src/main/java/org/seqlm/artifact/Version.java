package org.seqlm.artifact;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** The release this code belongs to, and what it was built with. */
public final class Version {
  private static final Properties PROPERTIES = read();

  private Version() {}

  /** For instance {@code 0.1.0}. */
  public static String current() {
    return PROPERTIES.getProperty("version");
  }

  /** The Deeplearning4j and ND4J it trains with. */
  public static String deeplearning4j() {
    return PROPERTIES.getProperty("deeplearning4j.version");
  }

  /** The OpenBLAS that these call. */
  public static String openblas() {
    return PROPERTIES.getProperty("openblas.version");
  }

  private static Properties read() {
    Properties properties = new Properties();
    try (InputStream in = Version.class.getResourceAsStream("/org/seqlm/version.properties")) {
      properties.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return properties;
  }
}

package org.seqlm.text.chain;

import java.util.List;

/**
 * A parameter of a stage.
 *
 * @param name kebab-case; neither {@code sha256} nor {@code content}
 * @param type of its values
 * @param choices the values of a {@link Type#CHOICE}; otherwise empty
 * @param low the least {@link Type#WHOLE}
 * @param high the greatest
 * @param otherwise the value where none is given; null for none, which {@link Type#FILE} and {@link
 *     Type#TEXTS} always have
 * @param meaning a sentence or two, for documentation
 */
public record StageParameter(
    String name,
    Type type,
    List<String> choices,
    long low,
    long high,
    String otherwise,
    String meaning) {
  /** What values a parameter takes. */
  public enum Type {
    /** One of some names. */
    CHOICE,
    /** A whole number. */
    WHOLE,
    /** Any text. */
    TEXT,
    /** A list of texts. */
    TEXTS,
    /** A file, whose bytes travel with the configuration; at most one a stage. */
    FILE
  }

  /** One of some names; the first is the default. */
  public static StageParameter choice(String name, String meaning, String... choices) {
    return new StageParameter(name, Type.CHOICE, List.of(choices), 0, 0, choices[0], meaning);
  }

  /** A whole number from {@code low} to {@code high}. */
  public static StageParameter whole(
      String name, long low, long high, long otherwise, String meaning) {
    return new StageParameter(
        name, Type.WHOLE, List.of(), low, high, Long.toString(otherwise), meaning);
  }

  /** A text with a default, which may be null for none. */
  public static StageParameter text(String name, String otherwise, String meaning) {
    return new StageParameter(name, Type.TEXT, List.of(), 0, 0, otherwise, meaning);
  }

  /** A list of texts, empty where none is given. */
  public static StageParameter texts(String name, String meaning) {
    return new StageParameter(name, Type.TEXTS, List.of(), 0, 0, null, meaning);
  }

  /** A file. */
  public static StageParameter file(String name, String meaning) {
    return new StageParameter(name, Type.FILE, List.of(), 0, 0, null, meaning);
  }

  /** What its values are, for people. */
  public String values() {
    return switch (type) {
      case CHOICE -> String.join(", ", choices);
      case WHOLE -> high == Long.MAX_VALUE ? "at least " + low : low + " to " + high;
      case TEXT -> "text";
      case TEXTS -> "a list of texts";
      case FILE -> "a file";
    };
  }
}

package org.seqlm.quality;

import java.util.List;

/**
 * A kind of filter, by whose name a configuration asks for it. A class on the class path of the
 * driver and the executors adds one: it implements this, has a public constructor without
 * arguments, and is named in {@code META-INF/services/org.seqlm.quality.FilterKind}.
 */
public interface FilterKind {
  /** Its name in a configuration, lower case with hyphens; its rules' names begin with it. */
  String name();

  /** Who has described it where: a paper, or {@code seqlm} for our own. */
  String source();

  /** What may be set, with what stands where nothing is. */
  List<Parameter> parameters();

  /**
   * Makes the filter.
   *
   * @param settings values of the parameters, of their types
   * @throws org.seqlm.UserException with exit code 2 if values do not fit together, 5 if a library
   *     is missing
   */
  Filter create(Settings settings);

  /**
   * What may be set of a filter.
   *
   * @param name lower case with hyphens
   * @param initial its value where none is given: a {@link Double}, a {@link String}, or a list of
   *     strings; the type of all its values
   * @param low the least a number may be
   * @param high the most a number may be
   * @param meaning one line
   */
  record Parameter(String name, Object initial, double low, double high, String meaning) {
    public Parameter {
      if (initial instanceof List<?> list) {
        initial = List.copyOf(list);
      }
    }

    /** A number. */
    public static Parameter number(
        String name, double initial, double low, double high, String meaning) {
      return new Parameter(name, initial, low, high, meaning);
    }

    /** A share of 0 to 1. */
    public static Parameter share(String name, double initial, String meaning) {
      return new Parameter(name, initial, 0, 1, meaning);
    }

    /** A text. */
    public static Parameter text(String name, String initial, String meaning) {
      return new Parameter(name, initial, 0, 0, meaning);
    }

    /** Some texts. */
    public static Parameter texts(String name, List<String> initial, String meaning) {
      return new Parameter(name, initial, 0, 0, meaning);
    }
  }
}

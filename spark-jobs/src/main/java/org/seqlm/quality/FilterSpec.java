package org.seqlm.quality;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.seqlm.UserException;

/**
 * A filter as a configuration asks for it.
 *
 * @param name of its kind
 * @param given values of its parameters: numbers, texts and lists of them; others stand as they do
 */
public record FilterSpec(String name, Map<String, Object> given) implements Serializable {
  private static final long serialVersionUID = 1L;

  public FilterSpec {
    given = new LinkedHashMap<>(given);
  }

  /** A filter whose parameters stand as they do. */
  public static FilterSpec of(String name) {
    return new FilterSpec(name, Map.of());
  }

  /**
   * Reads a list of filters: names, names with the values of parameters behind them ({@code
   * length:min-words=3:max-words=9}), and groups of one name with the values of its parameters.
   *
   * @throws UserException with exit code 2 if there are none, one is named twice, or something else
   *     stands there
   */
  public static List<FilterSpec> parse(List<?> filters) {
    List<FilterSpec> specs = new ArrayList<>();
    List<String> problems = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (Object filter : filters == null ? List.of() : filters) {
      if (filter instanceof String name) {
        FilterSpec spec = written(name.strip());
        if (spec == null) {
          problems.add(
              "filters has "
                  + name.strip()
                  + ": give parameters as NAME=VALUE, each once, for instance"
                  + " length:min-words=50:max-words=1000");
        } else {
          specs.add(spec);
        }
      } else if (filter instanceof Map<?, ?> group
          && group.size() == 1
          && group.keySet().iterator().next() instanceof String name
          && values(group.values().iterator().next()) != null) {
        specs.add(new FilterSpec(name, values(group.values().iterator().next())));
      } else {
        problems.add(
            "filters must be names, or names with their parameters as in {length: {min-words:"
                + " 50}}, but one is "
                + filter);
      }
    }
    for (FilterSpec spec : specs) {
      if (!names.add(spec.name())) {
        problems.add("filters has " + spec.name() + " twice: name it once");
      }
    }
    if (specs.isEmpty() && problems.isEmpty()) {
      problems.add("filters is missing: give --filters NAME,NAME, for instance gopher-quality,c4");
    }
    if (!problems.isEmpty()) {
      throw UserException.configuration(problems);
    }
    return List.copyOf(specs);
  }

  /** A name and what stands behind it; null if that is not NAME=VALUE, or names one twice. */
  private static FilterSpec written(String text) {
    String[] parts = text.split(":", -1);
    Map<String, Object> given = new LinkedHashMap<>();
    for (int i = 1; i < parts.length; i++) {
      int equals = parts[i].indexOf('=');
      if (equals < 1
          || equals == parts[i].length() - 1
          || given.put(parts[i].substring(0, equals), parts[i].substring(equals + 1)) != null) {
        return null;
      }
    }
    return new FilterSpec(parts[0], given);
  }

  private static Map<String, Object> values(Object group) {
    if (group == null) {
      return Map.of();
    }
    if (!(group instanceof Map<?, ?> map)) {
      return null;
    }
    Map<String, Object> values = new LinkedHashMap<>();
    map.forEach((key, value) -> values.put(String.valueOf(key), value));
    return values;
  }
}

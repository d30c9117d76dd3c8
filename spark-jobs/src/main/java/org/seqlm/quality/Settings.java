package org.seqlm.quality;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.seqlm.Suggestions;
import org.seqlm.UserException;
import org.seqlm.quality.FilterKind.Parameter;

/** The values of a filter's parameters, checked. */
public final class Settings {
  private final Map<String, Object> values;

  private Settings(Map<String, Object> values) {
    this.values = values;
  }

  /**
   * Puts what was given in the place of what stands where nothing is.
   *
   * @param given numbers, strings and lists of them, as YAML has them, or as text; may be null
   * @throws UserException with exit code 2 and every problem
   */
  public static Settings of(FilterKind kind, Map<String, ?> given) {
    List<String> problems = new ArrayList<>();
    Map<String, Object> values = new LinkedHashMap<>();
    for (Parameter parameter : kind.parameters()) {
      values.put(parameter.name(), parameter.initial());
    }
    if (given != null) {
      given.forEach(
          (name, value) -> {
            Parameter parameter =
                kind.parameters().stream()
                    .filter(known -> known.name().equals(name))
                    .findFirst()
                    .orElse(null);
            String key = "filters." + kind.name() + "." + name;
            if (parameter == null) {
              problems.add(
                  key
                      + " is no parameter of "
                      + kind.name()
                      + ": "
                      + Suggestions.of(
                          name, kind.parameters().stream().map(Parameter::name).toList()));
            } else {
              Object fit = fit(parameter, value);
              if (fit == null) {
                problems.add(key + " must be " + wanted(parameter) + ", but is " + value);
              } else {
                values.put(parameter.name(), fit);
              }
            }
          });
    }
    if (!problems.isEmpty()) {
      throw UserException.configuration(problems);
    }
    return new Settings(values);
  }

  private static Object fit(Parameter parameter, Object value) {
    if (parameter.initial() instanceof Double) {
      double fit = value instanceof Number number ? number.doubleValue() : number(value);
      return fit >= parameter.low() && fit <= parameter.high() ? fit : null;
    }
    if (parameter.initial() instanceof String) {
      return value instanceof String ? value : null;
    }
    if (value instanceof String one) {
      return List.of(one);
    }
    if (!(value instanceof List<?> list) || !list.stream().allMatch(String.class::isInstance)) {
      return null;
    }
    return List.copyOf(list);
  }

  /** A number in YAML's text; NaN, which fits nothing, where it is none. */
  private static double number(Object value) {
    if (!(value instanceof String text)) {
      return Double.NaN;
    }
    if (text.equals(".inf")) {
      return Double.POSITIVE_INFINITY;
    }
    try {
      return Double.parseDouble(text.replace("_", ""));
    } catch (NumberFormatException e) {
      return Double.NaN;
    }
  }

  private static String wanted(Parameter parameter) {
    if (parameter.initial() instanceof Double) {
      return parameter.high() == Double.POSITIVE_INFINITY
          ? "a number of at least " + Rule.number(parameter.low())
          : "a number from "
              + Rule.number(parameter.low())
              + " to "
              + Rule.number(parameter.high());
    }
    return parameter.initial() instanceof String ? "a text" : "a list of texts";
  }

  /** A number. */
  public double number(String name) {
    return (Double) values.get(name);
  }

  /** A text. */
  public String text(String name) {
    return (String) values.get(name);
  }

  /** Some texts. */
  @SuppressWarnings("unchecked") // fit() has looked at each
  public List<String> texts(String name) {
    return (List<String>) values.get(name);
  }

  /** All of them, by name, in the order of the parameters. */
  public Map<String, Object> values() {
    return java.util.Collections.unmodifiableMap(values);
  }
}

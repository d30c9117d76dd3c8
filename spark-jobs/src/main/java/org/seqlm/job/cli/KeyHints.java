package org.seqlm.job.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.seqlm.Suggestions;

/**
 * What somebody may have meant by a key that there is not, or by a group that was given a value.
 *
 * @param all every key there is, from the top
 * @param form in which keys were given
 */
record KeyHints(ObjectNode all, Form form) {
  /** A group that chooses between kinds has this key. */
  private static final String KIND = "kind";

  /** More would be no hint. */
  private static final int MOST = 5;

  /** How keys in groups are written. */
  enum Form {
    /** {@code a.b=value}. */
    DOTTED,
    /** {@code a: {b: value}}. */
    NESTED
  }

  /**
   * The end of a message about a key that there is not.
   *
   * @param here the keys beside it
   * @param prefix of these, empty or with a dot at its end
   */
  String unknown(ObjectNode here, String prefix, String key, JsonNode value) {
    if (key.contains(".")) {
      return "in a file keys are nested: " + written(prefix + key, value);
    }
    List<String> elsewhere = elsewhere(prefix, key, value);
    if (!elsewhere.isEmpty() && elsewhere.size() <= MOST) {
      return meant(elsewhere);
    }
    TreeSet<String> known = new TreeSet<>();
    here.fieldNames().forEachRemaining(known::add);
    List<String> near = Suggestions.nearest(key, known);
    return near.isEmpty()
        ? "the keys here are " + String.join(", ", known)
        : meant(List.of(prefix + near.get(0)));
  }

  /** The end of a message about a group that was given a value. */
  String group(String name, ObjectNode keys, JsonNode value) {
    if (keys.has(KIND) && value.isValueNode() && !value.isNull()) {
      return "did you mean " + written(name + "." + KIND, value) + "?";
    }
    List<String> names = new ArrayList<>();
    keys.fieldNames().forEachRemaining(names::add);
    return "its keys are " + String.join(", ", names);
  }

  private static String meant(List<String> names) {
    String last = names.get(names.size() - 1);
    return "did you mean "
        + (names.size() == 1
            ? last
            : String.join(", ", names.subList(0, names.size() - 1)) + " or " + last)
        + "?";
  }

  /** A key with its value, in the form in which keys were given. */
  private String written(String dotted, JsonNode value) {
    String text = value.isValueNode() ? value.asText() : "...";
    if (form == Form.DOTTED) {
      return dotted + "=" + text;
    }
    String[] names = dotted.split("\\.", -1);
    return String.join(": {", names)
        + ": "
        + text
        + String.join("", Collections.nCopies(names.length - 1, "}"));
  }

  /**
   * Keys whose last parts are those that were given, in the same group if there are such; the more
   * parts of what was given agree, the better.
   */
  private List<String> elsewhere(String prefix, String key, JsonNode value) {
    List<String> keys = new ArrayList<>();
    collect(all, "", keys);
    String whole = key;
    for (JsonNode inner = value; inner instanceof ObjectNode group && group.size() == 1; ) {
      Map.Entry<String, JsonNode> only = group.properties().iterator().next();
      whole += "." + only.getKey();
      inner = only.getValue();
    }
    for (String end : List.of(prefix + whole, whole, key)) {
      List<String> found = keys.stream().filter(name -> name.endsWith("." + end)).toList();
      List<String> near = found.stream().filter(name -> name.startsWith(prefix)).toList();
      if (!found.isEmpty()) {
        return near.isEmpty() ? found : near;
      }
    }
    return List.of();
  }

  private static void collect(ObjectNode group, String prefix, List<String> into) {
    for (Map.Entry<String, JsonNode> field : group.properties()) {
      String name = prefix + field.getKey();
      into.add(name);
      if (field.getValue() instanceof ObjectNode inner) {
        collect(inner, name + ".", into);
      }
    }
  }
}

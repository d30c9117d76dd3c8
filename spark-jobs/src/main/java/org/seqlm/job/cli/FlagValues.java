package org.seqlm.job.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.seqlm.artifact.Json;

/** The configuration keys that a command line's flags give. */
public final class FlagValues {
  private final ObjectNode tree = Json.mapper().createObjectNode();

  /** Sets a dotted key; a null value, that is a flag not given, sets nothing. */
  public FlagValues put(String key, Object value) {
    if (value != null) {
      merge(tree, ConfigText.nested(key, Json.tree(value)));
    }
    return this;
  }

  /** Sets what a group holds; what is no group sets nothing. */
  public FlagValues putAll(JsonNode group) {
    if (group instanceof ObjectNode values) {
      merge(tree, values.deepCopy());
    }
    return this;
  }

  public ObjectNode tree() {
    return tree;
  }

  private static void merge(ObjectNode base, ObjectNode over) {
    over.fields()
        .forEachRemaining(
            field -> {
              JsonNode old = base.get(field.getKey());
              if (old instanceof ObjectNode group
                  && field.getValue() instanceof ObjectNode values) {
                merge(group, values);
              } else {
                base.set(field.getKey(), field.getValue());
              }
            });
  }
}

package org.seqlm.job.cli;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.deser.DeserializationProblemHandler;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.seqlm.Suggestions;
import org.seqlm.UserException;
import org.seqlm.artifact.Json;

/** Makes a record of a configuration's tree and finds all that does not fit. */
final class ConfigBinder {
  private ConfigBinder() {}

  /**
   * Binds a tree.
   *
   * @param problems found already
   * @throws UserException with exit code 2 and every problem
   */
  static <C> C bind(ObjectNode tree, Class<C> type, List<String> problems) {
    YAMLMapper mapper = ConfigText.mapper();
    mapper.enable(
        com.fasterxml.jackson.databind.DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES);
    mapper.addHandler(new Collector(problems));
    C config = null;
    try {
      config = mapper.treeToValue(tree, type);
    } catch (JsonMappingException e) {
      Throwable cause = e.getCause();
      if (cause instanceof UserException user) {
        problems.addAll(user.problems());
      } else if (problems.isEmpty()) {
        problems.add(key(e.getPath()) + ": " + e.getOriginalMessage());
      }
    } catch (JsonProcessingException e) {
      problems.add(e.getOriginalMessage());
    }
    if (!problems.isEmpty()) {
      throw UserException.configuration(problems.stream().distinct().toList());
    }
    return config;
  }

  private static String key(List<JsonMappingException.Reference> path) {
    StringBuilder key = new StringBuilder();
    for (JsonMappingException.Reference step : path) {
      if (step.getFieldName() != null) {
        key.append(key.isEmpty() ? "" : ".").append(step.getFieldName());
      }
    }
    return key.toString();
  }

  /** Notes a value that does not fit its key and goes on, so that all are told at once. */
  private static final class Collector extends DeserializationProblemHandler {
    private final List<String> problems;

    /** Groups whose records have refused their values. */
    private final List<String> refused = new ArrayList<>();

    private boolean refusing;

    Collector(List<String> problems) {
      this.problems = problems;
    }

    @Override
    public Object handleWeirdStringValue(
        DeserializationContext context, Class<?> type, String value, String message) {
      Object whole = whole(type, value);
      if (whole != null) {
        return whole;
      }
      String choices = message;
      if (type.isEnum()) {
        List<String> names = new ArrayList<>();
        for (Object constant : type.getEnumConstants()) {
          names.add(Json.name((Enum<?>) constant));
        }
        List<String> near = Suggestions.nearest(value, names);
        choices =
            "must be "
                + oneOf(names)
                + (near.isEmpty() ? "" : " (did you mean " + near.get(0) + "?)");
        problems.add(where(context) + " " + choices + ", but is " + value);
        return type.getEnumConstants()[0];
      }
      return note(context, type, "\"" + value + "\"");
    }

    /** For instance {@code forward or both}, or {@code one of a, b, c}. */
    private static String oneOf(List<String> names) {
      return names.size() > 2 ? "one of " + String.join(", ", names) : String.join(" or ", names);
    }

    @Override
    public Object handleUnexpectedToken(
        DeserializationContext context,
        JavaType type,
        JsonToken token,
        JsonParser parser,
        String message)
        throws IOException {
      Object value = note(context, type.getRawClass(), parser.getText());
      parser.skipChildren();
      return value;
    }

    @Override
    public Object handleInstantiationProblem(
        DeserializationContext context, Class<?> type, Object argument, Throwable problem)
        throws IOException {
      Throwable cause = problem;
      while (cause != null && !(cause instanceof UserException)) {
        cause = cause.getCause();
      }
      if (cause instanceof UserException user) {
        user.problems().stream().filter(this::isNews).forEach(problems::add);
        refused.add(where(context));
        refusing = true;
        // The enclosing record sees no value for this group, and checks its others.
        return null;
      }
      // A value that is null is asked for once more.
      boolean again = refusing;
      refusing = false;
      return again ? null : NOT_HANDLED;
    }

    /** A whole number in one of YAML's other forms, 1_000 or 0x10; else null. */
    private static Object whole(Class<?> type, String value) {
      boolean narrow = type == int.class || type == Integer.class;
      if (!narrow && type != long.class && type != Long.class) {
        return null;
      }
      try {
        JsonNode number = ConfigText.typed(value);
        if (number == null || !number.isIntegralNumber()) {
          return null;
        }
        return narrow
            ? number.canConvertToInt() ? (Object) number.intValue() : null
            : number.canConvertToLong() ? (Object) number.longValue() : null;
      } catch (JsonProcessingException e) {
        return null;
      }
    }

    /** A group that was refused is not missing. */
    private boolean isNews(String problem) {
      return refused.stream()
          .noneMatch(group -> !group.isEmpty() && problem.startsWith(group + " is missing"));
    }

    private Object note(DeserializationContext context, Class<?> type, String value) {
      boolean whole =
          type == int.class || type == long.class || type == Integer.class || type == Long.class;
      boolean number = type == double.class || type == float.class || type == Double.class;
      boolean yesOrNo = type == boolean.class || type == Boolean.class;
      String wanted =
          whole
              ? "a whole number"
              : number
                  ? "a number"
                  : yesOrNo
                      ? "true or false"
                      : "a " + type.getSimpleName().toLowerCase(java.util.Locale.ROOT);
      problems.add(where(context) + " must be " + wanted + ", but is " + value);
      if (type == int.class || type == Integer.class) {
        return 1;
      }
      if (type == long.class || type == Long.class) {
        return 1L;
      }
      return number ? (Object) 1.0 : yesOrNo ? (Object) false : null;
    }

    private static String where(DeserializationContext context) {
      String pointer = context.getParser().getParsingContext().pathAsPointer().toString();
      return pointer.isEmpty()
          ? ""
          : pointer.substring(1).replaceAll("/(\\d+)(?=/|$)", "[$1]").replace('/', '.');
    }
  }
}

package org.seqlm.job.cli;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.deser.DeserializationProblemHandler;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.apache.commons.text.similarity.LevenshteinDistance;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.seqlm.UserException;
import org.seqlm.artifact.Json;
import org.seqlm.artifact.Paths;

/**
 * Makes a job's configuration: flag over {@code --set} over file over default. The defaults are the
 * commented file {@code conf/NAME.yaml}, which is part of the jar, so the documented defaults are
 * the real ones; its keys are the only ones there are.
 */
public final class ConfigLoader {
  private static final String JOB_OF_JOBS = "quickstart";

  private static final YAMLMapper YAML =
      Json.configure(
              YAMLMapper.builder(
                  YAMLFactory.builder()
                      .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
                      .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
                      .build()))
          .build();

  private ConfigLoader() {}

  /**
   * The effective configuration.
   *
   * @param name of the job, and so of its file of defaults
   * @param type a record; its compact constructor checks the values
   * @param file what {@code --config} names, on any Hadoop file system, or null
   * @param sets what {@code --set} gave, each {@code key=value} with dots in the key and a YAML
   *     value
   * @param flags what the command's own flags gave
   * @throws UserException with exit code 2 and every problem found
   */
  public static <C> C load(
      String name,
      Class<C> type,
      Configuration hadoop,
      String file,
      List<String> sets,
      ObjectNode flags) {
    ObjectNode effective = defaults(name);
    List<String> problems = new ArrayList<>();
    if (file != null) {
      merge(effective, parseFile(hadoop, file), "", file, problems);
    }
    for (String set : sets) {
      merge(effective, parseSet(set), "", "--set", problems);
    }
    merge(effective, flags, "", "flags", problems);
    return bind(effective, type, problems);
  }

  /**
   * Binds a tree that has every key, for instance a part of another job's configuration over its
   * defaults.
   */
  public static <C> C load(String name, Class<C> type, JsonNode overrides) {
    ObjectNode effective = defaults(name);
    List<String> problems = new ArrayList<>();
    if (overrides instanceof ObjectNode node) {
      merge(effective, node, "", name, problems);
    }
    return bind(effective, type, problems);
  }

  /** A configuration as a file of it would read. */
  public static String yaml(Object config) {
    try {
      return YAML.writeValueAsString(Json.tree(config));
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * What {@code conf/NAME.yaml} says. Where jobs are run by another, a group named like a job holds
   * that job's keys too.
   */
  public static ObjectNode defaults(String name) {
    ObjectNode own = resource(name);
    if (own == null) {
      throw new IllegalStateException("the jar lacks conf/" + name + ".yaml");
    }
    for (Map.Entry<String, JsonNode> field : own.properties()) {
      boolean group = name.equals(JOB_OF_JOBS) && field.getValue().isObject();
      ObjectNode job = group ? resource(field.getKey()) : null;
      if (job != null) {
        List<String> problems = new ArrayList<>();
        merge(job, (ObjectNode) field.getValue(), field.getKey() + ".", name, problems);
        if (!problems.isEmpty()) {
          throw new IllegalStateException(String.join("; ", problems));
        }
        field.setValue(job);
      }
    }
    return own;
  }

  /** A file of defaults, or null if there is none of this name. */
  private static ObjectNode resource(String name) {
    try (InputStream in = ConfigLoader.class.getResourceAsStream("/conf/" + name + ".yaml")) {
      return in == null ? null : (ObjectNode) read(YAML.createParser(in));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ObjectNode parseFile(Configuration hadoop, String file) {
    Path path = Paths.of(file);
    try (InputStream in = Paths.plain(path, hadoop).open(path)) {
      JsonNode tree = read(YAML.createParser(in));
      if (tree.isMissingNode() || tree.isNull()) {
        return YAML.createObjectNode();
      }
      if (tree instanceof ObjectNode node) {
        return node;
      }
      throw UserException.configuration(
          "--config " + file + " must hold keys and values, as conf/*.yaml do");
    } catch (FileNotFoundException e) {
      throw UserException.configuration("--config " + file + " does not exist");
    } catch (JsonProcessingException e) {
      var where = e.getLocation();
      String place =
          where == null ? "" : " at line " + where.getLineNr() + ", column " + where.getColumnNr();
      throw UserException.configuration(
          "--config "
              + file
              + " is no YAML"
              + place
              + ": "
              + e.getOriginalMessage().lines().findFirst().orElse(""));
    } catch (IOException e) {
      throw UserException.platform("--config " + file + " cannot be read: " + e.getMessage(), e);
    }
  }

  private static ObjectNode parseSet(String set) {
    int equals = set.indexOf('=');
    if (equals <= 0) {
      throw UserException.configuration(
          "--set takes key=value, for instance network.hidden=256, but got " + set);
    }
    try {
      JsonNode value = read(YAML.createParser(set.substring(equals + 1)));
      return nested(
          set.substring(0, equals),
          value.isMissingNode() ? YAML.getNodeFactory().textNode("") : value);
    } catch (IOException e) {
      throw UserException.configuration("--set " + set + ": the value is no YAML");
    }
  }

  /**
   * A document whose scalars are text, as written: what a value is, the type of its key decides and
   * not its look. So {@code prompt: no} is the text "no", {@code 1.10} keeps its zero, and where a
   * number or a boolean is wanted, the text is read as one.
   *
   * @return missing if there is none
   */
  private static JsonNode read(JsonParser parser) throws IOException {
    try (parser) {
      return parser.nextToken() == null ? YAML.getNodeFactory().missingNode() : value(parser);
    }
  }

  /** The value that begins at the parser's token. */
  private static JsonNode value(JsonParser parser) throws IOException {
    return switch (parser.currentToken()) {
      case START_OBJECT -> {
        ObjectNode group = YAML.createObjectNode();
        for (String key = parser.nextFieldName(); key != null; key = parser.nextFieldName()) {
          parser.nextToken();
          group.set(key, value(parser));
        }
        yield group;
      }
      case START_ARRAY -> {
        ArrayNode list = YAML.createArrayNode();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          list.add(value(parser));
        }
        yield list;
      }
      case VALUE_NULL -> YAML.getNodeFactory().nullNode();
      default -> YAML.getNodeFactory().textNode(parser.getText());
    };
  }

  /** {@code a.b = value} as {@code {a: {b: value}}}. */
  static ObjectNode nested(String dottedKey, JsonNode value) {
    ObjectNode root = YAML.createObjectNode();
    ObjectNode at = root;
    String[] keys = dottedKey.split("\\.", -1);
    for (int i = 0; i < keys.length - 1; i++) {
      at = at.putObject(keys[i]);
    }
    at.set(keys[keys.length - 1], value);
    return root;
  }

  private static void merge(
      ObjectNode base, ObjectNode over, String prefix, String source, List<String> problems) {
    for (Iterator<Map.Entry<String, JsonNode>> fields = over.fields(); fields.hasNext(); ) {
      Map.Entry<String, JsonNode> field = fields.next();
      String key = prefix + field.getKey();
      JsonNode old = base.get(field.getKey());
      if (old == null) {
        problems.add(
            "unknown key "
                + key
                + " ("
                + source
                + "): "
                + suggestion(base, prefix, field.getKey()));
      } else if (old instanceof ObjectNode group && !group.isEmpty()) {
        if (field.getValue() instanceof ObjectNode values) {
          merge(group, values, key + ".", source, problems);
        } else {
          problems.add(
              key + " (" + source + ") is a group of keys, but got the value " + field.getValue());
        }
      } else {
        base.set(field.getKey(), field.getValue());
      }
    }
  }

  private static String suggestion(ObjectNode base, String prefix, String key) {
    TreeSet<String> known = new TreeSet<>();
    base.fieldNames().forEachRemaining(known::add);
    List<String> near = Suggestions.nearest(key, known);
    return near.isEmpty()
        ? "the keys here are " + String.join(", ", known)
        : "did you mean " + prefix + near.get(0) + "?";
  }

  private static <C> C bind(ObjectNode tree, Class<C> type, List<String> problems) {
    YAMLMapper mapper = YAML.copy();
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
                + String.join(", ", names)
                + (near.isEmpty() ? "" : " (did you mean " + near.get(0) + "?)");
        problems.add(where(context) + " " + choices + ", but is " + value);
        return type.getEnumConstants()[0];
      }
      return note(context, type, "\"" + value + "\"");
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
        JsonNode number = YAML.readTree(value);
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
      return pointer.isEmpty() ? "" : pointer.substring(1).replace('/', '.');
    }
  }

  /** Which known names a mistyped one may have meant. */
  static final class Suggestions {
    private Suggestions() {}

    static List<String> nearest(String typed, Iterable<String> known) {
      List<String> near = new ArrayList<>();
      int best = Math.max(2, typed.length() / 3);
      for (String name : known) {
        int distance = LevenshteinDistance.getDefaultInstance().apply(typed, name);
        if (distance <= best) {
          if (distance < best) {
            near.clear();
          }
          best = distance;
          near.add(name);
        }
      }
      return near;
    }
  }
}

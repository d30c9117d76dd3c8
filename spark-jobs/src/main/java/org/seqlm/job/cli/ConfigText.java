package org.seqlm.job.cli;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.seqlm.artifact.Json;

/** Configurations as YAML, in which what a value is, its key decides. */
public final class ConfigText {
  private static final YAMLMapper YAML =
      Json.configure(
              YAMLMapper.builder(
                  YAMLFactory.builder()
                      .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
                      .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
                      .build()))
          .build();

  private ConfigText() {}

  /** A configuration as a file of it would read, without the content of a tokenizer's files. */
  public static String yaml(Object config) {
    try {
      return YAML.writeValueAsString(ChainFiles.shown(Json.tree(config)));
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A value in a message: a scalar as it is, else as JSON, without the content of files. */
  public static String shown(JsonNode value) {
    return value.isValueNode() || value.isMissingNode()
        ? value.asText()
        : ChainFiles.shown(value).toString();
  }

  /**
   * A document whose scalars are text, as written: what a value is, the type of its key decides and
   * not its look. So {@code prompt: no} is the text "no", {@code 1.10} keeps its zero, and where a
   * number or a boolean is wanted, the text is read as one.
   *
   * @return missing if there is none
   */
  static JsonNode read(InputStream in) throws IOException {
    return read(YAML.createParser(in));
  }

  /** As {@link #read(InputStream)}. */
  static JsonNode read(String yaml) throws IOException {
    return read(YAML.createParser(yaml));
  }

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
          if (group.has(key)) {
            throw new JsonParseException(
                parser, "the key " + key + " stands twice in one group", parser.currentLocation());
          }
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

  static ObjectNode group() {
    return YAML.createObjectNode();
  }

  static JsonNode text(String value) {
    return YAML.getNodeFactory().textNode(value);
  }

  /** A value as YAML takes it by its look: a number where it looks like one. */
  static JsonNode typed(String value) throws JsonProcessingException {
    return YAML.readTree(value);
  }

  /** A mapper of the same rules, to be configured further. */
  static YAMLMapper mapper() {
    return YAML.copy();
  }
}

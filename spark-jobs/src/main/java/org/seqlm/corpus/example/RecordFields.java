package org.seqlm.corpus.example;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.ListLogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.seqlm.text.Utf8;

/** The fields of a record as JSON has them, whatever it was stored as. */
final class RecordFields {
  /**
   * NaN and Infinity are no JSON, but Python writes them: whoever reads the field says that it has
   * no use for them. How long a record may be is this job's setting.
   */
  private static final ObjectMapper JSON =
      new ObjectMapper(
              JsonFactory.builder()
                  .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxStringLength(Integer.MAX_VALUE)
                          .maxNumberLength(Integer.MAX_VALUE)
                          .build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private RecordFields() {}

  /** A line of JSON. */
  static ObjectNode ofLine(byte[] utf8, int from, int to) throws BadExampleException {
    try {
      if (JSON.readTree(utf8, from, to - from) instanceof ObjectNode fields) {
        return fields;
      }
    } catch (JsonProcessingException e) {
      String reason = e.getOriginalMessage().lines().findFirst().orElse("");
      throw new BadExampleException(
          ExampleProblem.BAD_JSON,
          "it is no JSON ("
              + BadExampleException.shown(reason)
              + "): write a JSON object a line, or give the right --format");
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e); // of bytes in memory
    }
    throw new BadExampleException(
        ExampleProblem.BAD_JSON,
        "it is no JSON object: write one a line, or give the right --format");
  }

  /** An array that stands as JSON in a field of text; the text itself if it holds none. */
  static JsonNode array(String text) {
    if (text.stripLeading().startsWith("[")) {
      try {
        return JSON.readTree(text);
      } catch (JsonProcessingException e) {
        return NODES.textNode(text); // whoever wants an array says so
      }
    }
    return NODES.textNode(text);
  }

  /**
   * A row of Parquet.
   *
   * @param row null where the file has none of the wanted columns
   */
  static ObjectNode ofRow(Group row) throws BadExampleException {
    ObjectNode fields = NODES.objectNode();
    if (row != null) {
      for (Type field : row.getType().getFields()) {
        int at = row.getType().getFieldIndex(field.getName());
        if (field.isRepetition(Type.Repetition.REPEATED)) {
          fields.set(field.getName(), repeated(row, at));
        } else if (row.getFieldRepetitionCount(at) > 0) {
          fields.set(field.getName(), value(row, at, 0));
        }
      }
    }
    return fields;
  }

  private static ArrayNode repeated(Group group, int field) throws BadExampleException {
    ArrayNode array = NODES.arrayNode();
    for (int i = 0; i < group.getFieldRepetitionCount(field); i++) {
      array.add(value(group, field, i));
    }
    return array;
  }

  private static JsonNode value(Group group, int field, int index) throws BadExampleException {
    Type type = group.getType().getType(field);
    if (!type.isPrimitive()) {
      Group inner = group.getGroup(field, index);
      return type.getLogicalTypeAnnotation() instanceof ListLogicalTypeAnnotation
          ? list(inner, type.asGroupType())
          : ofRow(inner);
    }
    PrimitiveTypeName name = type.asPrimitiveType().getPrimitiveTypeName();
    LogicalTypeAnnotation meaning = type.getLogicalTypeAnnotation();
    return switch (name) {
      case INT32 -> NODES.numberNode(group.getInteger(field, index));
      case INT64 -> NODES.numberNode(group.getLong(field, index));
      case FLOAT -> NODES.numberNode(group.getFloat(field, index));
      case DOUBLE -> NODES.numberNode(group.getDouble(field, index));
      case BOOLEAN -> NODES.booleanNode(group.getBoolean(field, index));
      case BINARY -> isText(meaning) ? text(group, field, index) : unknown(type);
      default -> unknown(type);
    };
  }

  /** Whether bytes are text; without a meaning they are one that an old program wrote. */
  private static boolean isText(LogicalTypeAnnotation meaning) {
    return meaning == null
        || meaning.equals(LogicalTypeAnnotation.stringType())
        || meaning.equals(LogicalTypeAnnotation.enumType())
        || meaning.equals(LogicalTypeAnnotation.jsonType());
  }

  private static JsonNode text(Group group, int field, int index) throws BadExampleException {
    byte[] utf8 = group.getBinary(field, index).getBytes();
    if (!Utf8.isValid(utf8, 0, utf8.length)) {
      throw new BadExampleException(
          ExampleProblem.INVALID_UTF8,
          "column "
              + group.getType().getFieldName(field)
              + " has bytes that are no UTF-8: write text in UTF-8");
    }
    return NODES.textNode(new String(utf8, StandardCharsets.UTF_8));
  }

  /** Of a type that no role has a use for: an object that names it, which each role refuses. */
  private static JsonNode unknown(Type type) {
    return NODES.objectNode().put("type", type.toString());
  }

  /** A list of three levels, or, as old programs wrote it, of two. */
  private static ArrayNode list(Group list, GroupType type) throws BadExampleException {
    if (type.getFieldCount() == 0 || list.getFieldRepetitionCount(0) == 0) {
      return NODES.arrayNode();
    }
    Type repeated = type.getType(0);
    boolean two =
        repeated.isPrimitive()
            || repeated.asGroupType().getFieldCount() != 1
            || repeated.getName().equals("array")
            || repeated.getName().equals(type.getName() + "_tuple");
    if (two) {
      return repeated(list, 0);
    }
    ArrayNode array = NODES.arrayNode();
    for (int i = 0; i < list.getFieldRepetitionCount(0); i++) {
      Group element = list.getGroup(0, i);
      array.add(element.getFieldRepetitionCount(0) == 0 ? NODES.nullNode() : value(element, 0, 0));
    }
    return array;
  }
}

package org.seqlm.corpus.example;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.seqlm.dataset.ExampleTask;
import org.seqlm.text.TextRules;
import org.seqlm.text.Tokenizer;
import org.seqlm.text.Utf8;

/**
 * Makes typed values of a record's fields: checks that each is what its role asks for, cuts text
 * into tokens and holds lengths against each other. One instance a thread.
 *
 * @see RoleColumns
 */
public final class ExampleReader {
  private final RoleColumns columns;
  private final Tokenizer tokenizer;
  private final NumberFields numbers;

  public ExampleReader(RoleColumns columns, TextRules rules) {
    this.columns = columns;
    this.tokenizer = Tokenizer.of(rules);
    this.numbers = new NumberFields(columns);
  }

  /**
   * Reads a record.
   *
   * @throws BadExampleException with the column, what is wrong with it and the remedy
   */
  public ParsedExample read(JsonNode fields) throws BadExampleException {
    List<String> roles = RoleColumns.roles(columns.task());
    ExampleValue[] values = new ExampleValue[roles.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = value(fields, roles.get(i));
    }
    ParsedExample example = new ParsedExample(columns.task(), values);
    checkLengths(example);
    return example;
  }

  /** What the record says of its split; null if nobody asks it. */
  public String split(JsonNode fields) throws BadExampleException {
    return columns.hasSplit() ? name(fields, RoleColumns.SPLIT) : null;
  }

  /** What a record has in one role; null where it need not have anything and has not. */
  ExampleValue value(JsonNode fields, String role) throws BadExampleException {
    return switch (role) {
      case RoleColumns.INPUT ->
          isVectors(fields, role)
              ? numbers.vectors(present(fields, role), role)
              : words(fields, role);
      case RoleColumns.SOURCE -> hasCondition(fields) ? null : words(fields, role);
      case RoleColumns.CONDITION -> hasCondition(fields) ? condition(fields, role) : null;
      case RoleColumns.TARGET -> words(fields, role);
      case RoleColumns.TAGS -> tags(fields, role);
      case RoleColumns.LABEL -> new ExampleValue.Name(name(fields, role));
      case RoleColumns.VALUES ->
          columns.task() == ExampleTask.SERIES
              ? numbers.series(present(fields, role), role)
              : numbers.shaped(present(fields, role), present(fields, RoleColumns.SHAPE));
      case RoleColumns.TIMES -> times(fields, role);
      default -> throw new IllegalArgumentException("no role " + role);
    };
  }

  /**
   * Whether a record's target is written of a condition: where the columns do not say, the fields
   * do.
   */
  private boolean hasCondition(JsonNode fields) throws BadExampleException {
    if (!columns.reads(RoleColumns.SOURCE) || !columns.reads(RoleColumns.CONDITION)) {
      return columns.reads(RoleColumns.CONDITION);
    }
    boolean source = isThere(fields, RoleColumns.SOURCE);
    boolean condition = isThere(fields, RoleColumns.CONDITION);
    if (source && condition) {
      throw new BadExampleException(
          ExampleProblem.WRONG_TYPE,
          "it has a source and a condition, but a target is written of one of them: name the one"
              + " that is meant, --columns source=source or condition=condition");
    }
    return condition;
  }

  private boolean isThere(JsonNode fields, String role) {
    JsonNode value = fields.get(columns.name(role));
    return value != null && !value.isNull();
  }

  private JsonNode present(JsonNode fields, String role) throws BadExampleException {
    if (!isThere(fields, role)) {
      List<String> there = new ArrayList<>();
      fields.fieldNames().forEachRemaining(there::add);
      throw new BadExampleException(
          ExampleProblem.MISSING_COLUMN,
          "there is no "
              + columns.shown(role)
              + (there.isEmpty()
                  ? ""
                  : " among " + BadExampleException.shown(String.join(", ", there)))
              + ": give each example its "
              + role
              + ", or name the column, --columns "
              + role
              + "=NAME");
    }
    return fields.get(columns.name(role));
  }

  private boolean isVectors(JsonNode fields, String role) throws BadExampleException {
    JsonNode value = present(fields, role);
    return value.isArray() && !value.isEmpty() && value.get(0).isArray();
  }

  private ExampleValue.Words words(JsonNode fields, String role) throws BadExampleException {
    JsonNode value = present(fields, role);
    if (value.isTextual()) {
      return text(value.textValue(), role);
    }
    if (!value.isArray()) {
      throw wrongType(role, value, "a text or an array of strings");
    }
    return new ExampleValue.Words(strings(value, role, "a text or an array of strings"), false);
  }

  private ExampleValue.Words text(String text, String role) throws BadExampleException {
    byte[] utf8 = unicode(text, role).getBytes(StandardCharsets.UTF_8);
    List<String> tokens = new ArrayList<>();
    tokenizer.tokenize(
        utf8,
        0,
        utf8.length,
        (bytes, from, to) ->
            tokens.add(new String(bytes, from, to - from, StandardCharsets.UTF_8)));
    if (tokens.isEmpty()) {
      throw empty(role, text.isEmpty() ? "is empty" : "has no token in " + quoted(text));
    }
    return new ExampleValue.Words(tokens, true);
  }

  /** Tags: an array of strings or whole numbers, or a text with white space between them. */
  private ExampleValue.Words tags(JsonNode fields, String role) throws BadExampleException {
    JsonNode value = present(fields, role);
    if (value.isTextual()) {
      String text = unicode(value.textValue(), role).strip();
      if (text.isEmpty()) {
        throw empty(role, "is empty");
      }
      return new ExampleValue.Words(List.of(text.split("\\s+")), false);
    }
    if (!value.isArray()) {
      throw wrongType(role, value, "an array of strings, one of each element of the input");
    }
    List<String> tags = new ArrayList<>();
    for (JsonNode tag : value) {
      tags.add(name(tag, role, "a string or a whole number a tag"));
    }
    if (tags.isEmpty()) {
      throw empty(role, "is empty");
    }
    return new ExampleValue.Words(tags, false);
  }

  private List<String> strings(JsonNode array, String role, String wanted)
      throws BadExampleException {
    List<String> strings = new ArrayList<>();
    for (JsonNode element : array) {
      if (!element.isTextual()) {
        throw wrongType(role, element, wanted);
      }
      strings.add(unicode(element.textValue(), role));
    }
    if (strings.isEmpty()) {
      throw empty(role, "is empty");
    }
    return strings;
  }

  private ExampleValue condition(JsonNode fields, String role) throws BadExampleException {
    JsonNode value = present(fields, role);
    return value.isArray()
        ? numbers.vector(value, role)
        : new ExampleValue.Name(name(value, role, "a class or an array of numbers"));
  }

  private ExampleValue times(JsonNode fields, String role) throws BadExampleException {
    return isThere(fields, role) ? numbers.times(present(fields, role), role) : null;
  }

  private String name(JsonNode fields, String role) throws BadExampleException {
    return name(present(fields, role), role, "a string or a whole number");
  }

  private String name(JsonNode value, String role, String wanted) throws BadExampleException {
    if (value.isTextual()) {
      if (value.textValue().isEmpty()) {
        throw empty(role, "is empty");
      }
      return unicode(value.textValue(), role);
    }
    if (value.isIntegralNumber() || value.isBoolean()) {
      return value.asText();
    }
    throw wrongType(role, value, wanted);
  }

  private String unicode(String text, String role) throws BadExampleException {
    if (Utf8.hasLoneSurrogate(text)) {
      throw new BadExampleException(
          ExampleProblem.INVALID_UTF8,
          columns.shown(role) + " has half of a surrogate pair, which is no Unicode text: mend it");
    }
    return text;
  }

  private BadExampleException wrongType(String role, JsonNode value, String wanted) {
    return numbers.wrongType(role, value, wanted);
  }

  private BadExampleException empty(String role, String what) {
    return new BadExampleException(
        ExampleProblem.EMPTY,
        columns.shown(role) + " " + what + ": give it something, or leave the example out");
  }

  private static String quoted(String text) {
    return "\"" + BadExampleException.shown(text) + "\"";
  }

  /** Checks that there are as many tags as elements, and times as steps. */
  void checkLengths(ParsedExample example) throws BadExampleException {
    if (example.value(RoleColumns.TAGS) != null) {
      int tags = ((ExampleValue.Words) example.value(RoleColumns.TAGS)).tokens().size();
      require(RoleColumns.TAGS, tags, example, RoleColumns.INPUT, "give each element its tag");
    } else if (example.value(RoleColumns.TIMES) instanceof ExampleValue.Numbers times) {
      require(
          RoleColumns.TIMES, times.items(), example, RoleColumns.VALUES, "give each step its time");
    }
  }

  private void require(String role, int items, ParsedExample example, String other, String remedy)
      throws BadExampleException {
    ExampleValue value = example.value(other);
    int wanted =
        value instanceof ExampleValue.Words words
            ? words.tokens().size()
            : ((ExampleValue.Numbers) value).items();
    if (items != wanted) {
      throw new BadExampleException(
          ExampleProblem.UNEQUAL_LENGTHS,
          columns.shown(role)
              + " has "
              + items
              + ", but "
              + columns.shown(other)
              + " has "
              + wanted
              + (value instanceof ExampleValue.Words words && words.cut()
                  ? " tokens as it is cut"
                  : " elements")
              + ": "
              + remedy);
    }
  }
}

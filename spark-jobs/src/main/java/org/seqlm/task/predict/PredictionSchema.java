package org.seqlm.task.predict;

import java.util.ArrayList;
import java.util.List;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Types;
import org.seqlm.dataset.ExamplesDetails;

/**
 * The fields of a row, in their order:
 *
 * <ul>
 *   <li>{@code path} of the file;
 *   <li>{@code record}: its place in the file, from 1: a line of JSON lines or CSV, a row of
 *       Parquet;
 *   <li>the fields that are kept, in Parquet as text, or as JSON where they are none;
 *   <li>{@code problem}: what is wrong with a record that is bad; then nothing follows;
 *   <li>of a label {@code label} and {@code probabilities}, by label;
 *   <li>of tags {@code tokens} where a text was cut, {@code tags}, and {@code probabilities} of
 *       these;
 *   <li>of targets {@code target} and {@code log_probability}, in nats, its end included;
 *   <li>of series {@code means} and {@code deviations}, of each step and of the one behind the
 *       last, null where nothing was known before it, and {@code imputed}, of each step with a gap
 *       what was predicted of what is missing.
 * </ul>
 */
public final class PredictionSchema {
  static final String PATH = "path";
  static final String RECORD = "record";
  static final String PROBLEM = "problem";

  private PredictionSchema() {}

  /** The names of all fields but those that are kept. */
  public static List<String> names(ExamplesDetails details) {
    return names(details, List.of());
  }

  /** The names of all fields. */
  public static List<String> names(ExamplesDetails details, List<String> kept) {
    return of(details, kept).getFields().stream().map(Type::getName).toList();
  }

  /** The schema of a network's rows. */
  static MessageType of(ExamplesDetails details, List<String> kept) {
    List<Type> fields = new ArrayList<>();
    fields.add(
        Types.required(PrimitiveTypeName.BINARY)
            .as(LogicalTypeAnnotation.stringType())
            .named(PATH));
    fields.add(Types.required(PrimitiveTypeName.INT64).named(RECORD));
    kept.forEach(name -> fields.add(text(name)));
    fields.add(text(PROBLEM));
    fields.addAll(MessageTypeParser.parseMessageType(predicted(details)).getFields());
    return new MessageType("prediction", fields);
  }

  private static Type text(String name) {
    return Types.optional(PrimitiveTypeName.BINARY)
        .as(LogicalTypeAnnotation.stringType())
        .named(name);
  }

  private static String predicted(ExamplesDetails details) {
    String strings = " (LIST) { repeated group list { required binary element (STRING); } } ";
    String numbers = " (LIST) { repeated group list { required float element; } } ";
    String steps =
        " (LIST) { repeated group list { optional group element (LIST) { repeated group list {"
            + " optional float element; } } } } ";
    return "message predicted { "
        + switch (details.task()) {
          case CLASSIFY, GRID, FRAMES ->
              "optional binary label (STRING); optional group probabilities (MAP) { repeated group"
                  + " key_value { required binary key (STRING); required float value; } }";
          case TAG ->
              (details.texts().contains("input") ? "optional group tokens" + strings : "")
                  + "optional group tags"
                  + strings
                  + "optional group probabilities"
                  + numbers;
          case SEQUENCE ->
              (details.texts().contains("target")
                      ? "optional binary target (STRING); "
                      : "optional group target" + strings)
                  + "optional float log_probability;";
          case SERIES ->
              "optional group means"
                  + steps
                  + "optional group deviations"
                  + steps
                  + "optional group imputed"
                  + steps;
        }
        + " }";
  }
}

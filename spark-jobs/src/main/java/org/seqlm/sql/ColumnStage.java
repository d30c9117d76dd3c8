package org.seqlm.sql;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** What a stage of a pipeline reads and appends: checked when a pipeline checks its schemas. */
final class ColumnStage {
  private ColumnStage() {}

  /** A new column that may be null where the text is. */
  static StructField appended(String name, DataType type) {
    return DataTypes.createStructField(name, type, true);
  }

  /**
   * The schema behind the stage.
   *
   * @param stage as messages name it
   * @param input the column of text
   * @throws IllegalArgumentException that tells all problems
   */
  static StructType transformed(
      String stage, StructType schema, String input, List<StructField> appended) {
    List<String> problems = new ArrayList<>();
    List<String> columns = Arrays.asList(schema.fieldNames());
    if (!columns.contains(input)) {
      problems.add(
          "inputCol is " + input + ", which is none of " + String.join(", ", columns) + ": set it");
    } else if (!schema.apply(input).dataType().equals(DataTypes.StringType)) {
      problems.add(
          "inputCol "
              + input
              + " must be of type string, but is "
              + schema.apply(input).dataType().sql().toLowerCase(Locale.ROOT)
              + ": cast it, or set another");
    }
    StructType all = schema;
    for (StructField field : appended) {
      if (Arrays.asList(all.fieldNames()).contains(field.name())) {
        problems.add("column " + field.name() + " is there already: set another output column");
      } else {
        all = all.add(field);
      }
    }
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(stage + ": " + String.join("; ", problems));
    }
    return all;
  }

  /** What a user set, or a message that says how to. */
  static IllegalArgumentException missing(String stage, String param) {
    return new IllegalArgumentException(stage + ": " + param + " is not set: set it");
  }
}

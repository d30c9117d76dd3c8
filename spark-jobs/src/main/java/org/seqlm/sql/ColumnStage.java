package org.seqlm.sql;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.internal.SQLConf;
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
    StructField text = find(schema, input);
    if (text == null) {
      problems.add(
          "inputCol is "
              + input
              + ", which is none of "
              + String.join(", ", schema.fieldNames())
              + ": set it");
    } else if (!text.dataType().equals(DataTypes.StringType)) {
      problems.add(
          "inputCol "
              + input
              + " must be of type string, but is "
              + text.dataType().sql().toLowerCase(Locale.ROOT)
              + ": cast it, or set another");
    }
    StructType all = schema;
    for (StructField field : appended) {
      StructField there = find(all, field.name());
      if (there != null) {
        problems.add("column " + there.name() + " is there already: set another output column");
      } else {
        all = all.add(field);
      }
    }
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(stage + ": " + String.join("; ", problems));
    }
    return all;
  }

  /** The column that the session means by a name; null for none. */
  private static StructField find(StructType schema, String name) {
    boolean exactly = SQLConf.get().caseSensitiveAnalysis();
    for (StructField field : schema.fields()) {
      if (exactly ? field.name().equals(name) : field.name().equalsIgnoreCase(name)) {
        return field;
      }
    }
    return null;
  }

  /** What a user set, or a message that says how to. */
  static IllegalArgumentException missing(String stage, String param) {
    return new IllegalArgumentException(stage + ": " + param + " is not set: set it");
  }
}

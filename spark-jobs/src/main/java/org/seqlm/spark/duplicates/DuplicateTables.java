package org.seqlm.spark.duplicates;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.seqlm.analysis.Column;
import org.seqlm.analysis.TableSchema;

/** The tables of what is there twice, and their rows. */
final class DuplicateTables {
  static final TableSchema DUPLICATES =
      TableSchema.of(
          "duplicates",
          "What stands more than once, but for its first occurrence",
          Column.text("path", "file"),
          Column.whole("record", "record"),
          Column.text("kind", "kind"),
          Column.whole("at", "at"),
          Column.whole("size", "size"),
          Column.text("of_path", "like: file"),
          Column.whole("of_record", "record"),
          Column.whole("of_at", "at"),
          Column.real("similarity", "similarity"),
          Column.text("kept_path", "kept: file"),
          Column.whole("kept_record", "record"));

  static final TableSchema GROUPS =
      TableSchema.of(
          "groups",
          "Documents that are alike, by the one that is kept",
          Column.text("kept_path", "kept: file"),
          Column.whole("kept_record", "record"),
          Column.whole("documents", "documents"),
          Column.whole("bytes", "bytes"));

  private DuplicateTables() {}

  /** A row of the first table. */
  static Object[] duplicate(long[] row, String[] paths) {
    Found.Kind kind = Found.Kind.values()[(int) row[Found.KIND]];
    boolean document = isDocument(row);
    return new Object[] {
      paths[(int) row[DuplicateRow.FILE]],
      row[DuplicateRow.RECORD],
      kind.name().toLowerCase(Locale.ROOT).replace('_', '-'),
      document ? null : (Long) row[Found.AT],
      document ? row[DuplicateRow.BYTES] : row[Found.SIZE],
      paths[(int) row[DuplicateRow.OF_FILE]],
      row[DuplicateRow.OF_RECORD],
      document ? null : (Long) row[Found.OF_AT],
      Double.longBitsToDouble(row[Found.SIMILARITY]),
      paths[(int) row[DuplicateRow.KEPT_FILE]],
      row[DuplicateRow.KEPT_RECORD]
    };
  }

  static boolean isDocument(long[] row) {
    return row[Found.KIND] <= Found.Kind.NEAR_DOCUMENT.ordinal();
  }

  /** A row of the second table, of {@code (kept, file, record, documents, bytes)}. */
  static Object[] group(long[] row, String[] paths) {
    return new Object[] {paths[(int) row[1]], row[2], row[3], row[4]};
  }

  /** Rows for people to see. */
  static List<List<Object>> shown(List<Object[]> rows) {
    List<List<Object>> shown = new ArrayList<>();
    rows.forEach(row -> shown.add(java.util.Arrays.asList(row)));
    return shown;
  }
}

package org.seqlm.spark.duplicates;

import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.broadcast.Broadcast;
import org.seqlm.analysis.AnalysisDetails;
import org.seqlm.analysis.AnalysisWriter;
import org.seqlm.analysis.Column;
import org.seqlm.analysis.TableFormat;
import org.seqlm.analysis.TableSchema;
import org.seqlm.analysis.TableWriter;
import org.seqlm.store.FileEntry;
import org.seqlm.store.Paths;
import scala.Tuple2;

/** The tables of what is there twice, and how they are written: a part each range. */
final class DuplicateTables {
  private static final TableSchema DUPLICATES =
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
          Column.whole("kept_record", "record"),
          Column.real("kept_similarity", "similarity"));

  private static final TableSchema GROUPS =
      TableSchema.of(
          "groups",
          "Documents that are alike, by the one that is kept",
          Column.text("kept_path", "kept: file"),
          Column.whole("kept_record", "record"),
          Column.whole("documents", "documents"),
          Column.whole("bytes", "bytes"));

  private DuplicateTables() {}

  /** A row of the first table. */
  private static Object[] duplicate(long[] row, String[] paths) {
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
      row[DuplicateRow.KEPT_RECORD],
      Double.longBitsToDouble(row[Found.KEPT_SIMILARITY])
    };
  }

  static boolean isDocument(long[] row) {
    return row[Found.KIND] <= Found.Kind.NEAR_DOCUMENT.ordinal();
  }

  /** A row of the second table, of {@code (kept, file, record, documents, bytes)}. */
  private static Object[] group(long[] row, String[] paths) {
    return new Object[] {paths[(int) row[1]], row[2], row[3], row[4]};
  }

  /** Rows for people to see. */
  private static List<List<Object>> shown(List<Object[]> rows) {
    List<List<Object>> shown = new ArrayList<>();
    rows.forEach(row -> shown.add(Arrays.asList(row)));
    return shown;
  }

  /** Writes what is there twice: how many rows. */
  static long writeDuplicates(
      AnalysisWriter analysis, TextPasses text, JavaRDD<long[]> rows, Broadcast<String[]> paths)
      throws IOException {
    return write(analysis, text, DUPLICATES, rows, paths, DuplicateTables::duplicate);
  }

  /** Writes groups of documents: how many. */
  static long writeGroups(
      AnalysisWriter analysis, TextPasses text, JavaRDD<long[]> rows, Broadcast<String[]> paths)
      throws IOException {
    JavaRDD<long[]> grouped =
        SortedRows.by(
                rows.filter(DuplicateTables::isDocument)
                    .map(
                        row ->
                            new long[] {
                              row[Found.KEPT],
                              row[DuplicateRow.KEPT_FILE],
                              row[DuplicateRow.KEPT_RECORD],
                              row[DuplicateRow.KEPT_BYTES],
                              row[DuplicateRow.BYTES]
                            }),
                1,
                SortedRows.BY_RANGE,
                text.ranges())
            .mapPartitions(Groups::new);
    return write(analysis, text, GROUPS, grouped, paths, DuplicateTables::group);
  }

  /** Rows (kept, file, record, documents, bytes). */
  private static final class Groups implements Iterator<long[]> {
    private final Iterator<long[]> members;
    private long[] next;

    Groups(Iterator<long[]> members) {
      this.members = members;
      next = members.hasNext() ? members.next() : null;
    }

    @Override
    public boolean hasNext() {
      return next != null;
    }

    @Override
    public long[] next() {
      long[] group = {next[0], next[1], next[2], 1, next[3]};
      while (next != null && next[0] == group[0]) {
        group[3]++;
        group[4] += next[4];
        next = members.hasNext() ? members.next() : null;
      }
      return group;
    }
  }

  /** Makes a row of a table. */
  private interface ToTable extends Serializable {
    Object[] row(long[] row, String[] paths);
  }

  private static long write(
      AnalysisWriter analysis,
      TextPasses passes,
      TableSchema schema,
      JavaRDD<long[]> table,
      Broadcast<String[]> of,
      ToTable toTable)
      throws IOException {
    String folder = analysis.folder().toString();
    List<TableFormat> formats = List.copyOf(analysis.formats());
    List<Tuple2<Long, FileEntry[]>> parts =
        table
            .mapPartitionsWithIndex(
                (index, part) -> {
                  if (!part.hasNext()) {
                    return List.<Tuple2<Long, FileEntry[]>>of().iterator();
                  }
                  Path to = new Path(folder);
                  FileSystem fs = Paths.plain(to, passes.settings());
                  try (TableWriter writer =
                      TableWriter.open(
                          fs, to, schema, index, TaskContext.get().taskAttemptId(), formats)) {
                    while (part.hasNext()) {
                      writer.row(toTable.row(part.next(), of.value()));
                    }
                    FileEntry[] entries = writer.keep().toArray(FileEntry[]::new);
                    return List.of(new Tuple2<>(writer.rows(), entries)).iterator();
                  }
                },
                false)
            .collect();
    List<FileEntry> entries = new ArrayList<>();
    long count = 0;
    for (Tuple2<Long, FileEntry[]> part : parts) {
      count += part._1();
      entries.addAll(Arrays.asList(part._2()));
    }
    String[] all = of.value();
    List<Object[]> first = new ArrayList<>();
    table.take(AnalysisDetails.MOST_SHOWN).forEach(row -> first.add(toTable.row(row, all)));
    analysis.add(schema, entries, count, shown(first));
    return count;
  }
}

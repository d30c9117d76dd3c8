package org.seqlm.spark.duplicates;

import java.util.Arrays;
import java.util.Iterator;
import java.util.function.Consumer;
import org.apache.spark.api.java.JavaRDD;

/** Puts the places of documents behind rows that name them. */
final class Places {
  private Places() {}

  /** {@link Found} rows with the values of {@link DuplicateRow}, in the order of the text. */
  static JavaRDD<long[]> of(JavaRDD<long[]> found, DocumentPass documents, int ranges) {
    JavaRDD<long[]> rows = found;
    for (int column : new int[] {Found.DOCUMENT, Found.OF, Found.KEPT}) {
      rows = with(rows, column, documents, ranges);
    }
    return SortedRows.by(rows, 3, SortedRows.BY_RANGE, ranges);
  }

  /** Rows with (file, record, bytes) of the document that a column names behind them. */
  private static JavaRDD<long[]> with(
      JavaRDD<long[]> rows, int column, DocumentPass documents, int ranges) {
    JavaRDD<long[]> keyed =
        rows.map(
            row -> {
              long[] wider = new long[row.length + 1];
              wider[0] = row[column];
              System.arraycopy(row, 0, wider, 1, row.length);
              return wider;
            });
    return documents
        .rows()
        .zipPartitions(SortedRows.by(keyed, 1, SortedRows.BY_RANGE, ranges), Places::joined);
  }

  private static Iterator<long[]> joined(Iterator<long[]> documents, Iterator<long[]> keyed) {
    return SortedRows.each(
        keyed,
        new SortedRows.Step() {
          private long[] document;

          @Override
          public void row(long[] row, Consumer<long[]> out) {
            while (document == null || document[0] != row[0]) {
              document = documents.next();
            }
            long[] wider = Arrays.copyOfRange(row, 1, row.length + 3);
            wider[row.length - 1] = document[DocumentPass.FILE];
            wider[row.length] = document[DocumentPass.RECORD];
            wider[row.length + 1] = document[DocumentPass.BYTES];
            out.accept(wider);
          }
        });
  }
}

package org.seqlm.spark.duplicates;

import java.util.Iterator;
import java.util.function.Consumer;
import org.apache.spark.api.java.JavaRDD;

/** Documents whose text is equal: rows {@code (later document, first document)}. */
final class EqualDocuments {
  private EqualDocuments() {}

  static JavaRDD<long[]> of(DocumentPass documents, int partitions) {
    JavaRDD<long[]> hashes =
        documents
            .rows()
            .map(row -> new long[] {row[DocumentPass.HIGH], row[DocumentPass.LOW], row[0]});
    return SortedRows.by(hashes, 3, SortedRows.BY_FIRST, partitions)
        .mapPartitions(EqualDocuments::later);
  }

  private static Iterator<long[]> later(Iterator<long[]> sorted) {
    return SortedRows.each(
        sorted,
        new SortedRows.Step() {
          private long[] first;

          @Override
          public void row(long[] row, Consumer<long[]> out) {
            if (first == null || first[0] != row[0] || first[1] != row[1]) {
              first = row;
            } else {
              out.accept(new long[] {row[2], first[2]});
            }
          }
        });
  }
}

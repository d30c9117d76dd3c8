package org.seqlm.spark.duplicates;

import java.util.Iterator;
import java.util.function.Consumer;
import org.apache.spark.api.java.JavaRDD;
import org.seqlm.duplicates.DuplicateSettings;

/**
 * Documents that are equal or near, as {@link Found} rows in the order of the text. Those that are
 * connected by pairs are a group, of which the first is kept; a row tells which document it is most
 * like, of those before it if there is one, and how like it is the one that is kept: two in a group
 * may be less alike than the threshold.
 */
final class AlikeDocuments {
  private AlikeDocuments() {}

  static JavaRDD<long[]> of(
      TextPasses text, DocumentPass documents, DuplicateSettings settings, int partitions) {
    JavaRDD<long[]> equal = equal(documents, partitions);
    NearDocuments near =
        settings.finds(DuplicateSettings.Find.NEAR)
            ? new NearDocuments(text, settings, partitions)
            : null;
    // (document, earlier one, bits of the similarity, kind)
    JavaRDD<long[]> pairs =
        equal.map(
            row -> new long[] {row[0], row[1], Found.ONE, Found.Kind.EXACT_DOCUMENT.ordinal()});
    if (near != null) {
      pairs =
          pairs.union(
              near.of(documents, equal)
                  .map(
                      row ->
                          new long[] {row[0], row[1], row[2], Found.Kind.NEAR_DOCUMENT.ordinal()}));
    }
    JavaRDD<long[]> kept = text.hold(pairs);
    JavaRDD<long[]> groups = Components.of(text, kept, partitions);
    JavaRDD<long[]> likeliest =
        kept.mapPartitions(
            part ->
                SortedRows.each(
                    part,
                    (row, out) -> {
                      // Earlier ones first, of these the most alike, of these the first.
                      out.accept(new long[] {row[0], 0, -row[2], row[1], row[3]});
                      out.accept(new long[] {row[1], 1, -row[2], row[0], row[3]});
                    }));
    int known = text.known().parts();
    JavaRDD<long[]> found =
        text.hold(
            SortedRows.by(likeliest, 4, SortedRows.BY_RANGE, text.ranges())
                .zipPartitions(
                    SortedRows.by(groups, 2, SortedRows.BY_RANGE, text.ranges()),
                    AlikeDocuments::rows)
                // What was known is kept, whatever connects it now.
                .filter(row -> DocumentId.range(row[Found.DOCUMENT]) >= known));
    // Equal ones alone are equal to the kept one.
    return near == null ? found : text.hold(withKept(text, near, found));
  }

  /** Tells how like documents are the kept ones that they were not told to be like. */
  private static JavaRDD<long[]> withKept(
      TextPasses text, NearDocuments near, JavaRDD<long[]> found) {
    JavaRDD<long[]> pairs =
        found
            .filter(row -> row[Found.OF] != row[Found.KEPT])
            .map(row -> new long[] {row[Found.DOCUMENT], row[Found.KEPT]});
    return found.zipPartitions(
        SortedRows.by(near.of(pairs), 1, SortedRows.BY_RANGE, text.ranges()),
        (rows, compared) ->
            SortedRows.each(
                rows,
                (row, out) -> {
                  long[] told = row.clone();
                  if (row[Found.OF] != row[Found.KEPT]) {
                    told[Found.KEPT_SIMILARITY] = compared.next()[2];
                  }
                  out.accept(told);
                }));
  }

  /** Documents whose text is equal: rows {@code (later document, first document)}. */
  private static JavaRDD<long[]> equal(DocumentPass documents, int partitions) {
    JavaRDD<long[]> hashes =
        documents
            .rows()
            .map(row -> new long[] {row[DocumentPass.HIGH], row[DocumentPass.LOW], row[0]});
    return SortedRows.by(hashes, 3, SortedRows.BY_FIRST, partitions)
        .mapPartitions(AlikeDocuments::later);
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

  private static Iterator<long[]> rows(Iterator<long[]> likeliest, Iterator<long[]> groups) {
    return SortedRows.each(
        groups,
        new SortedRows.Step() {
          @Override
          public void row(long[] group, Consumer<long[]> out) {
            // All of a group have a pair; the first ones, which are in no row, are gone past.
            long[] most = likeliest.next();
            while (most[0] != group[0]) {
              most = likeliest.next();
            }
            out.accept(
                Found.row(
                    group[0],
                    Found.Kind.values()[(int) most[4]],
                    0,
                    most[3],
                    0,
                    -most[2],
                    group[1],
                    0));
          }
        });
  }
}

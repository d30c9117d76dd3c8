package org.seqlm.spark.duplicates;

import java.util.Iterator;
import java.util.function.Consumer;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.storage.StorageLevel;
import org.seqlm.duplicates.DuplicateSettings;

/**
 * Documents that are equal or near, as {@link Found} rows in the order of the text. Those that are
 * connected by pairs are a group, of which the first is kept; a row tells which document it is most
 * like, of those before it if there is one: so two in a group may be less alike than the threshold.
 */
final class AlikeDocuments {
  private AlikeDocuments() {}

  static JavaRDD<long[]> of(
      TextPasses text, DocumentPass documents, DuplicateSettings settings, int partitions) {
    JavaRDD<long[]> equal = EqualDocuments.of(documents, partitions);
    // (document, earlier one, bits of the similarity, kind)
    JavaRDD<long[]> pairs =
        equal.map(
            row -> new long[] {row[0], row[1], Found.ONE, Found.Kind.EXACT_DOCUMENT.ordinal()});
    if (settings.finds(DuplicateSettings.Find.NEAR)) {
      pairs =
          pairs.union(
              new NearDocuments(text, settings, partitions)
                  .of(documents, equal)
                  .map(
                      row ->
                          new long[] {row[0], row[1], row[2], Found.Kind.NEAR_DOCUMENT.ordinal()}));
    }
    JavaRDD<long[]> kept = pairs.persist(StorageLevel.DISK_ONLY());
    JavaRDD<long[]> groups = Components.of(kept, partitions);
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
    return SortedRows.by(likeliest, 4, SortedRows.BY_RANGE, text.ranges())
        .zipPartitions(
            SortedRows.by(groups, 2, SortedRows.BY_RANGE, text.ranges()), AlikeDocuments::rows)
        // What was known is kept, whatever connects it now.
        .filter(row -> DocumentId.range(row[Found.DOCUMENT]) >= known);
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

package org.seqlm.spark.duplicates;

import java.util.Iterator;
import java.util.function.Consumer;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.storage.StorageLevel;
import org.seqlm.duplicates.StarSteps;
import org.seqlm.duplicates.StarSteps.Step;

/** Connected components: rows {@code (node, least node of its component)}, but of that one. */
final class Components {
  /** Chains of a thousand million nodes take fewer. */
  private static final int MOST_ROUNDS = 100;

  private Components() {}

  /**
   * Finds them.
   *
   * @param text holds what the result is made of
   * @param edges rows (greater node, lesser node), each once or more
   */
  static JavaRDD<long[]> of(TextPasses text, JavaRDD<long[]> edges, int partitions) {
    JavaRDD<long[]> both = both(edges, partitions);
    for (int round = 1; ; round++) {
      long tangled = both.mapPartitions(Components::tangled).filter(row -> row[0] > 0).count();
      if (tangled == 0) {
        JavaRDD<long[]> stars = text.hold(both);
        return stars.mapPartitions(
            part ->
                SortedRows.each(
                    part,
                    new SortedRows.Step() {
                      private long before = -1;

                      @Override
                      public void row(long[] row, Consumer<long[]> out) {
                        if (row[1] < row[0] && row[0] != before) {
                          before = row[0];
                          out.accept(row);
                        }
                      }
                    }));
      }
      if (round > MOST_ROUNDS) {
        throw new IllegalStateException(tangled + " parts are no stars after " + round + " rounds");
      }
      JavaRDD<long[]> large = both.mapPartitions(part -> step(part, Step.LARGE));
      JavaRDD<long[]> small =
          SortedRows.by(large, 2, SortedRows.BY_FIRST, partitions)
              .mapPartitions(part -> step(part, Step.SMALL));
      JavaRDD<long[]> next = both(small, partitions);
      next.count();
      both.unpersist(false);
      both = next;
    }
  }

  /** Each edge from both of its nodes, sorted. */
  private static JavaRDD<long[]> both(JavaRDD<long[]> edges, int partitions) {
    JavaRDD<long[]> twice =
        edges.mapPartitions(
            part ->
                SortedRows.each(
                    part,
                    (row, out) -> {
                      out.accept(new long[] {row[0], row[1]});
                      out.accept(new long[] {row[1], row[0]});
                    }));
    return SortedRows.by(twice, 2, SortedRows.BY_FIRST, partitions)
        .persist(StorageLevel.DISK_ONLY());
  }

  private static Iterator<long[]> step(Iterator<long[]> sorted, Step step) {
    return SortedRows.each(
        sorted,
        new SortedRows.Step() {
          private Consumer<long[]> to;
          private final StarSteps steps =
              new StarSteps(step, (from, other) -> to.accept(new long[] {from, other}));

          @Override
          public void row(long[] row, Consumer<long[]> out) {
            to = out;
            steps.neighbour(row[0], row[1]);
          }
        });
  }

  /** How many nodes of a part are neither a star's middle nor an end of one. */
  private static Iterator<long[]> tangled(Iterator<long[]> sorted) {
    long tangled = 0;
    long[] before = null;
    long lesser = 0;
    long greater = 0;
    while (sorted.hasNext()) {
      long[] row = sorted.next();
      if (before == null || before[0] != row[0]) {
        tangled += StarSteps.isStar(lesser, greater) ? 0 : 1;
        lesser = 0;
        greater = 0;
      } else if (before[1] == row[1]) {
        continue;
      }
      lesser += row[1] < row[0] ? 1 : 0;
      greater += row[1] > row[0] ? 1 : 0;
      before = row;
    }
    tangled += StarSteps.isStar(lesser, greater) ? 0 : 1;
    return java.util.List.of(new long[] {tangled}).iterator();
  }
}

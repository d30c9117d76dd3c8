package org.seqlm.spark.corpus;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkContext;
import org.apache.spark.TaskContext;
import org.apache.spark.broadcast.Broadcast;
import org.seqlm.corpus.RangeLines;
import org.seqlm.corpus.plan.CorpusFile;
import org.seqlm.corpus.plan.CorpusPlan;
import org.seqlm.corpus.plan.CorpusRange;
import org.seqlm.spark.io.SharedSettings;

/** Counts records, so that rows can tell each one's place in its file. */
public final class RecordPlaces {
  private RecordPlaces() {}

  /** Of each piece of each range: the records of its file that begin before it. */
  public static long[][] before(
      SparkContext spark, CorpusPlan plan, Broadcast<SharedSettings> conf) {
    List<CorpusRange> ranges = plan.ranges();
    long[][] before = new long[ranges.size()][];
    boolean cut = false;
    for (CorpusRange range : ranges) {
      before[range.index()] = new long[range.pieces().size()];
      cut |=
          range.pieces().stream()
              .anyMatch(
                  piece -> piece.from() > 0 && piece.file().cuts() == CorpusFile.Cuts.ANYWHERE);
    }
    List<long[]> counted = cut ? new Records(spark, plan, conf).toJavaRDD().collect() : List.of();
    long sum = 0;
    for (int r = 0; r < before.length; r++) {
      for (int i = 0; i < before[r].length; i++) {
        CorpusRange.Piece piece = ranges.get(r).pieces().get(i);
        sum = piece.from() == 0 ? 0 : sum;
        before[r][i] = piece.text() == null ? sum : piece.text().recordsBefore();
        sum += cut ? counted.get(r)[i] : 0;
      }
    }
    return before;
  }

  /** Counts the records of the pieces after which their file goes on. */
  private static final class Records extends RangesRdd<long[]> {
    private static final long serialVersionUID = 1L;

    Records(SparkContext spark, CorpusPlan plan, Broadcast<SharedSettings> conf) {
      super(spark, plan, conf);
    }

    @Override
    public Iterator<long[]> compute(Configuration conf, CorpusRange range, TaskContext context) {
      long[] records = new long[range.pieces().size()];
      try {
        for (int i = 0; i < records.length; i++) {
          CorpusRange.Piece piece = range.pieces().get(i);
          // No record begins after a file's last piece.
          if (piece.to() < piece.file().length()) {
            records[i] = RangeLines.records(conf, piece);
          }
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return List.of(records).iterator();
    }
  }
}

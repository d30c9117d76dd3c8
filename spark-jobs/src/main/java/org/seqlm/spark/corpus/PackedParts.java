package org.seqlm.spark.corpus;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkContext;
import org.apache.spark.TaskContext;
import org.apache.spark.TaskKilledException;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.LongAccumulator;
import org.seqlm.Progress;
import org.seqlm.corpus.PackedPieces;
import org.seqlm.corpus.file.PackedPiece;
import org.seqlm.corpus.plan.CorpusPlan;
import org.seqlm.corpus.plan.CorpusRange;
import org.seqlm.corpus.plan.CorpusSource;
import org.seqlm.spark.io.SharedSettings;
import org.seqlm.spark.task.TaskProgress;

/**
 * The pass over packed files that are cut, before any other: it finds which text each piece holds,
 * without which no place of a record would be known. It unpacks them once more than reading does,
 * but in as many tasks; files that are read whole need none of it.
 */
public final class PackedParts {
  private PackedParts() {}

  /** The plan with what is found; the same plan where there are no such files. */
  public static CorpusPlan found(
      JavaSparkContext spark,
      CorpusPlan plan,
      CorpusSource source,
      Broadcast<SharedSettings> conf,
      Progress progress) {
    CorpusPlan parts = plan.packedParts();
    if (parts.ranges().isEmpty()) {
      return plan;
    }
    long bytes =
        parts.ranges().stream()
            .flatMap(range -> range.pieces().stream())
            .mapToLong(piece -> piece.to() - piece.from())
            .sum();
    try (TaskProgress stage =
        TaskProgress.start(spark, progress, "find lines", bytes, "bytes", "")) {
      List<PackedPiece> found = new ArrayList<>();
      for (PackedPiece[] range :
          new Pieces(spark.sc(), parts, source, conf, stage.done()).toJavaRDD().collect()) {
        found.addAll(List.of(range));
      }
      return plan.with(found);
    }
  }

  private static final class Pieces extends RangesRdd<PackedPiece[]> {
    private static final long serialVersionUID = 1L;

    private final CorpusSource source;
    private final LongAccumulator bytes;

    Pieces(
        SparkContext spark,
        CorpusPlan plan,
        CorpusSource source,
        Broadcast<SharedSettings> conf,
        LongAccumulator bytes) {
      super(spark, plan, conf);
      this.source = source;
      this.bytes = bytes;
    }

    @Override
    public Iterator<PackedPiece[]> compute(
        Configuration conf, CorpusRange range, TaskContext context) {
      PackedPiece[] found = new PackedPiece[range.pieces().size()];
      try {
        for (int i = 0; i < found.length; i++) {
          found[i] =
              PackedPieces.read(
                  conf,
                  source,
                  range.pieces().get(i),
                  n -> {
                    if (context.isInterrupted()) {
                      throw new TaskKilledException("told to stop");
                    }
                    bytes.add(n);
                  });
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return List.<PackedPiece[]>of(found).iterator();
    }
  }
}

package org.seqlm.bench.duplicates;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.seqlm.Progress;
import org.seqlm.bench.meter.ProcessorTime;
import org.seqlm.corpus.plan.BadRecordLimits;
import org.seqlm.corpus.plan.CorpusFormat;
import org.seqlm.corpus.plan.CorpusPlan;
import org.seqlm.corpus.plan.CorpusSource;
import org.seqlm.corpus.plan.DocumentUnit;
import org.seqlm.duplicates.DuplicateSettings;
import org.seqlm.spark.duplicates.FoundDuplicates;
import org.seqlm.spark.duplicates.KnownDocuments;
import org.seqlm.spark.io.SharedSettings;

/** Plants near duplicates, finds them, and tells how many of what was planted was found. */
public final class DuplicatesBench {
  private static final int DOCUMENTS_A_FILE = 20_000;
  private static final int BINS = 10;

  private DuplicatesBench() {}

  /**
   * Pairs of about the same similarity.
   *
   * @param from similarity
   * @param to without it, but for 1
   * @param pairs planted
   * @param found of them
   * @param expected share that is found, the mean over the pairs; 0 below the threshold
   */
  public record Bin(double from, double to, long pairs, long found, double expected) {}

  /**
   * What was found.
   *
   * @param documents drawn
   * @param bytes of their text
   * @param pairs planted from the threshold on
   * @param recall of these
   * @param expected recall, as the bands promise it
   * @param precision of what was found: pairs that were planted, from the threshold on
   * @param removed documents that removing takes away
   * @param removedAlike part of these that are at least as like the document that is kept of their
   *     group as the threshold; 1 where there are none
   * @param bins by similarity
   * @param seconds that finding took
   * @param cpuSeconds of this process; of all tasks only with a local master
   */
  public record Result(
      long documents,
      long bytes,
      long pairs,
      double recall,
      double expected,
      double precision,
      long removed,
      double removedAlike,
      List<Bin> bins,
      double seconds,
      double cpuSeconds) {}

  /**
   * Runs it.
   *
   * @param folder that is empty, and that executors reach
   */
  public static Result run(
      JavaSparkContext spark,
      String folder,
      PlantedDocuments planted,
      DuplicateSettings settings,
      int partitions,
      Progress progress)
      throws IOException {
    progress.stage("draw", planted.documents(), "documents");
    write(spark, folder, planted);
    CorpusSource source =
        new CorpusSource(
            List.of(folder),
            CorpusFormat.TEXT,
            "text",
            DocumentUnit.LINE,
            BadRecordLimits.DEFAULT,
            CorpusSource.DEFAULT_MAX_RECORD_BYTES,
            CorpusSource.DEFAULT_MAX_ZSTD_WINDOW_LOG);
    long start = System.nanoTime();
    long cpu = ProcessorTime.nanos();
    CorpusPlan plan = CorpusPlan.of(spark.hadoopConfiguration(), source);
    Map<Long, Long> of = new HashMap<>();
    long[] alikeKept = {0};
    long bytes;
    double seconds;
    double cpuSeconds;
    try (FoundDuplicates found =
        FoundDuplicates.of(
            spark, plan, source, settings, KnownDocuments.none(), partitions, progress)) {
      bytes = found.bytes();
      seconds = (System.nanoTime() - start) / 1e9;
      cpuSeconds = (ProcessorTime.nanos() - cpu) / 1e9;
      found.documents(
          alike -> {
            of.put(number(alike.path(), alike.record()), number(alike.ofPath(), alike.ofRecord()));
            alikeKept[0] += alike.keptSimilarity() >= settings.threshold() ? 1 : 0;
          });
    }
    return judged(planted, settings, of, alikeKept[0], bytes, seconds, cpuSeconds);
  }

  private static Result judged(
      PlantedDocuments planted,
      DuplicateSettings settings,
      Map<Long, Long> of,
      long alikeKept,
      long bytes,
      double seconds,
      double cpuSeconds) {
    PlantedDocuments.Drawing drawing = planted.drawing();
    long[] pairs = new long[BINS + 1];
    long[] found = new long[BINS + 1];
    double[] expected = new double[BINS + 1];
    long wanted = 0;
    long had = 0;
    double promised = 0;
    for (long number = 0; number < planted.pairs(); number++) {
      PlantedDocuments.Pair pair = drawing.pair(number);
      Long other = of.get(pair.copy());
      boolean hit = other != null && other == pair.original();
      double similarity = pair.similarity();
      int bin = (int) Math.floor(similarity * BINS * 2 - BINS + 1e-9);
      if (bin >= 0) {
        pairs[bin]++;
        found[bin] += hit ? 1 : 0;
      }
      if (similarity >= settings.threshold()) {
        double probability = settings.bands().probability(similarity);
        expected[Math.max(0, bin)] += probability;
        promised += probability;
        wanted++;
        had += hit ? 1 : 0;
      }
    }
    List<Bin> bins =
        IntStream.rangeClosed(0, BINS)
            .mapToObj(
                i ->
                    new Bin(
                        0.5 + 0.05 * i,
                        Math.min(1, 0.55 + 0.05 * i),
                        pairs[i],
                        found[i],
                        pairs[i] == 0 ? 0 : expected[i] / pairs[i]))
            .toList();
    return new Result(
        planted.documents(),
        bytes,
        wanted,
        wanted == 0 ? 0 : (double) had / wanted,
        wanted == 0 ? 0 : promised / wanted,
        of.isEmpty() ? 1 : (double) had / of.size(),
        of.size(),
        of.isEmpty() ? 1 : (double) alikeKept / of.size(),
        bins,
        seconds,
        cpuSeconds);
  }

  /** The number of the document that is a line of a file. */
  private static long number(String path, long line) {
    String digits = path.replaceAll(".*documents-(\\d+)\\.txt", "$1");
    return Long.parseLong(digits) * DOCUMENTS_A_FILE + line - 1;
  }

  private static void write(JavaSparkContext spark, String folder, PlantedDocuments planted) {
    Broadcast<SharedSettings> conf =
        spark.broadcast(new SharedSettings(spark.hadoopConfiguration()));
    int files = Math.toIntExact((planted.documents() + DOCUMENTS_A_FILE - 1) / DOCUMENTS_A_FILE);
    List<Integer> numbers = new ArrayList<>(IntStream.range(0, files).boxed().toList());
    spark
        .parallelize(numbers, files)
        .foreach(
            number -> {
              Path file =
                  new Path(folder, String.format(Locale.ROOT, "documents-%06d.txt", number));
              FileSystem fs = file.getFileSystem(conf.value().value());
              PlantedDocuments.Drawing drawing = planted.drawing();
              try (BufferedWriter out =
                  new BufferedWriter(
                      new OutputStreamWriter(fs.create(file), StandardCharsets.UTF_8))) {
                long from = (long) number * DOCUMENTS_A_FILE;
                long to = Math.min(planted.documents(), from + DOCUMENTS_A_FILE);
                for (long document = from; document < to; document++) {
                  out.write(drawing.text(document));
                  out.write('\n');
                }
              }
            });
    conf.destroy();
  }
}

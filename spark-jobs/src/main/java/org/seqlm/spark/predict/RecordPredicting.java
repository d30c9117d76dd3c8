package org.seqlm.spark.predict;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.seqlm.Progress;
import org.seqlm.UserException;
import org.seqlm.corpus.example.AskedRecord;
import org.seqlm.corpus.example.AskedRules;
import org.seqlm.corpus.example.ParsedExample;
import org.seqlm.corpus.example.ReadExamples;
import org.seqlm.corpus.plan.CorpusPlan;
import org.seqlm.corpus.plan.CorpusSource;
import org.seqlm.metrics.Metric;
import org.seqlm.metrics.task.TaskScorer;
import org.seqlm.neural.learner.Engine;
import org.seqlm.neural.learner.Execution;
import org.seqlm.neural.network.Decoding;
import org.seqlm.spark.examples.ExampleKey;
import org.seqlm.spark.examples.ExampleScan;
import org.seqlm.spark.io.SharedSettings;
import org.seqlm.spark.task.GpuStages;
import org.seqlm.spark.task.Refusal;
import org.seqlm.spark.task.TaskProgress;
import org.seqlm.store.FileEntry;
import org.seqlm.task.TaskModel;
import org.seqlm.task.TaskModelHandle;
import org.seqlm.task.predict.PredictionFiles;
import scala.Tuple2;

/**
 * Asks a network about records. They are read once, then dealt out by their places among all
 * records: which are in one file, and in one batch of it, depends on nothing else, so neither does
 * what is predicted.
 */
public final class RecordPredicting {
  /** Records of a file, at least, and what their number is a multiple of. */
  static final long LEAST_PER_FILE = 2048;

  private static final long MOST_FILES = 1000;

  private RecordPredicting() {}

  /**
   * What to predict.
   *
   * @param source of the records
   * @param rules how they become what the network reads
   * @param model that predicts
   * @param decoding of a network that writes targets; null of others
   * @param top see {@link org.seqlm.task.predict.PredictionRows}
   * @param required fields of {@code rules.kept()} that a record must have
   * @param tasks that predict; 0 for the cluster's
   */
  public record Request(
      CorpusSource source,
      AskedRules rules,
      TaskModel model,
      Engine<?> engine,
      Decoding decoding,
      Execution execution,
      int top,
      List<String> required,
      PredictionFiles.Format format,
      int tasks) {}

  /**
   * What came of it.
   *
   * @param records read, a row each
   * @param predicted of them
   * @param told of these, those that say what the network is to say
   * @param tokens read of the predicted ones
   * @param unknown of them to the network, which read {@code <unk>}
   * @param labels how often each was predicted, in the order of their ids; empty of a network that
   *     says none
   * @param metrics where all do, the one that counts first; else empty
   * @param bad the others, by kind
   * @param fingerprint of the records
   * @param files that were written, in the order of the records
   */
  public record Result(
      long records,
      long predicted,
      long told,
      long tokens,
      long unknown,
      Map<String, Long> labels,
      List<Metric> metrics,
      Map<String, Long> bad,
      String fingerprint,
      List<FileEntry> files) {}

  /**
   * Predicts.
   *
   * @param plan the files, by {@link CorpusPlan#ofExamples}
   * @param folder that is written to
   * @throws UserException with exit code 3 if more is bad than the limits allow, or no record has a
   *     field that is required
   */
  public static Result predict(
      JavaSparkContext spark, CorpusPlan plan, Request request, Path folder, Progress progress)
      throws IOException {
    try (ExampleScan scan =
        ExampleScan.asked(spark, plan, request.source(), request.rules(), progress)) {
      request.required().forEach(field -> checkThere(scan, field));
      List<PredictedFile> written = written(spark, scan, request, folder, progress);
      ReadExamples read = scan.read();
      TaskScorer scorer =
          TaskScorer.ofVocabularies(
              request.model().content().details(), request.model().content().vocabularies());
      double[] sums = new double[scorer.size()];
      long told = 0;
      long tokens = 0;
      long unknown = 0;
      List<String> names = AskedRules.said(request.model().content().details());
      Map<String, Long> labels = new LinkedHashMap<>();
      names.forEach(name -> labels.put(name, 0L));
      for (PredictedFile file : written) {
        told += file.told;
        tokens += file.tokens;
        unknown += file.unknown;
        for (int id = 0; id < names.size(); id++) {
          labels.merge(names.get(id), file.labels[id], Long::sum);
        }
        for (int i = 0; i < sums.length; i++) {
          sums[i] += file.sums[i];
        }
      }
      long predicted = last(read.offsets());
      return new Result(
          read.records(),
          predicted,
          told,
          tokens,
          unknown,
          labels,
          told == predicted ? scorer.metrics(sums) : List.of(),
          read.bad(),
          read.fingerprint(),
          written.stream().map(file -> file.file).toList());
    }
  }

  private static long last(long[] offsets) {
    return offsets[offsets.length - 1];
  }

  private static void checkThere(ExampleScan scan, String field) {
    boolean there =
        !scan.<Boolean>pass((range, records) -> having(records, field)).take(1).isEmpty();
    if (!there) {
      throw UserException.data(
          "no record has the field " + field + " that is to be kept: give another --keep");
    }
  }

  private static Iterator<Boolean> having(Iterator<byte[]> records, String field) {
    while (records.hasNext()) {
      if (AskedRecord.kept(records.next()).has(field)) {
        return List.of(true).iterator();
      }
    }
    return List.<Boolean>of().iterator();
  }

  /** Records of a file: a multiple of {@link #LEAST_PER_FILE}. */
  static long perFile(long records) {
    long least = (records + MOST_FILES - 1) / MOST_FILES;
    return Math.max(1, (least + LEAST_PER_FILE - 1) / LEAST_PER_FILE) * LEAST_PER_FILE;
  }

  private static List<PredictedFile> written(
      JavaSparkContext spark, ExampleScan scan, Request request, Path folder, Progress progress)
      throws IOException {
    ReadExamples read = scan.read();
    long records = last(read.recordOffsets());
    long perFile = perFile(records);
    int count = (int) ((records + perFile - 1) / perFile);
    int tasks = request.tasks() > 0 ? request.tasks() : spark.defaultParallelism();
    String[][] files = read.files();
    Broadcast<SharedSettings> conf =
        spark.broadcast(new SharedSettings(spark.hadoopConfiguration()));
    Broadcast<String[]> names =
        spark.broadcast(Arrays.stream(files).flatMap(Arrays::stream).toArray(String[]::new));
    Broadcast<RecordPlaces> places = spark.broadcast(new RecordPlaces(read, files));
    try (TaskProgress stage =
        TaskProgress.start(spark, progress, "predict", records, "records", "")) {
      FileWriting writing =
          new FileWriting(
              conf,
              TaskModelHandle.of(spark.hadoopConfiguration(), request.model()),
              request.engine(),
              request.decoding(),
              request.execution(),
              request.top(),
              new ArrayList<>(request.rules().kept()),
              request.format(),
              folder.toString(),
              names,
              perFile,
              stage.done());
      List<PredictedFile> written =
          new ArrayList<>(
              GpuStages.of(spark, request.execution())
                  .compute(
                      scan.pass((range, some) -> keyed(some, range, places, perFile))
                          .mapToPair(pair -> pair)
                          .repartitionAndSortWithinPartitions(
                              new ExampleKey.ByBlock(Math.min(tasks, count), count))
                          .mapPartitions(writing::write))
                  .collect());
      written.sort(Comparator.comparingInt(file -> file.number));
      for (PredictedFile file : written) {
        if (file.refusal != null) {
          throw Refusal.decode(file.refusal);
        }
      }
      return written;
    } finally {
      names.destroy();
      places.destroy();
    }
  }

  private static Iterator<Tuple2<ExampleKey, byte[]>> keyed(
      Iterator<byte[]> records, int range, Broadcast<RecordPlaces> broadcast, long perFile) {
    RecordPlaces places = broadcast.value();
    return new Iterator<>() {
      private long position = places.offsets[range];

      @Override
      public boolean hasNext() {
        return records.hasNext();
      }

      @Override
      public Tuple2<ExampleKey, byte[]> next() {
        // A copy: the executors keep the one that was read.
        byte[] record = records.next().clone();
        int piece = ParsedExample.piece(record);
        byte[] moved =
            AskedRecord.moved(
                record,
                places.pieces[range] + piece,
                places.lines[range][piece] + ParsedExample.place(record));
        ExampleKey key = new ExampleKey((int) (position / perFile), position);
        position++;
        return new Tuple2<>(key, moved);
      }
    };
  }
}

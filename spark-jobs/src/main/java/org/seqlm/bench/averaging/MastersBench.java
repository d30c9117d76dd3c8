package org.seqlm.bench.averaging;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.storage.StorageLevel;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.spark.api.RDDTrainingApproach;
import org.deeplearning4j.spark.api.TrainingMaster;
import org.deeplearning4j.spark.impl.multilayer.SparkDl4jMultiLayer;
import org.deeplearning4j.spark.impl.paramavg.ParameterAveragingTrainingMaster;
import org.nd4j.linalg.dataset.DataSet;
import org.seqlm.Problems;
import org.seqlm.Progress;
import org.seqlm.UserException;
import org.seqlm.bench.meter.Meter;
import org.seqlm.spark.AveragingTrainingMaster;

/**
 * Our {@link AveragingTrainingMaster} against the one that ships with dl4j-spark, on the same
 * network and the same data, in turns. Counts what was trained and the time of the processor in
 * this process, so it needs a local master.
 */
public final class MastersBench {
  private MastersBench() {}

  /** Who trains. */
  public enum Master {
    /** {@link AveragingTrainingMaster}. */
    OURS,
    /** {@code ParameterAveragingTrainingMaster}, data in the RDD. */
    SHIPPED_DIRECT,
    /** {@code ParameterAveragingTrainingMaster}, data exported to files first: its default. */
    SHIPPED_EXPORT
  }

  /**
   * What to measure.
   *
   * @param cases names of {@link MasterCase#all}; empty for all
   * @param repeats of each, after one that is not measured; the table has medians
   */
  public record Settings(List<String> cases, int repeats) {
    public Settings {
      cases = cases == null ? List.of() : List.copyOf(cases);
      List<String> known = MasterCase.all().stream().map(MasterCase::name).toList();
      Problems problems = new Problems().inRange("masters.repeats", repeats, 1, 1000);
      for (String name : cases) {
        problems.require(
            known.contains(name),
            "masters.cases must be of " + String.join(", ", known) + ", but has " + name);
      }
      problems.throwIfAny();
    }

    List<MasterCase> chosen() {
      return MasterCase.all().stream()
          .filter(c -> cases.isEmpty() || cases.contains(c.name()))
          .toList();
    }
  }

  /**
   * One case by one master; medians over the repeats.
   *
   * @param parameters of the network
   * @param failure what it died of, in a line; null if it did not
   * @param given examples, times the passes
   * @param trained examples that went through a training step, the least of all repeats
   * @param trainedMost the most of all repeats
   * @param jobs Spark jobs
   * @param shuffleBytes written and read
   * @param resultBytes of tasks
   * @param broadcastBytes of pieces stored
   * @param fileBytes written and read through Hadoop's file systems
   * @param seconds of wall time
   * @param cpuSeconds of the process
   * @param heldOutLoss mean cross entropy in nats of a row of held-out data, after the training;
   *     null if it failed or is not finite
   */
  public record Row(
      String name,
      int parameters,
      Master master,
      String failure,
      long given,
      long trained,
      long trainedMost,
      int jobs,
      long shuffleBytes,
      long resultBytes,
      long broadcastBytes,
      long fileBytes,
      double seconds,
      double cpuSeconds,
      Double heldOutLoss) {
    /** Everything that moved. */
    public long movedBytes() {
      return shuffleBytes + resultBytes + broadcastBytes + fileBytes;
    }
  }

  /** One run. */
  private record Run(
      Meter.Usage usage, int parameters, long trained, Double loss, String failure) {}

  /**
   * Runs all cases.
   *
   * @param folder where the shipped master exports data
   * @throws UserException with exit code 2 if the master is no local one
   */
  public static List<Row> run(
      JavaSparkContext spark, Settings settings, long seed, String folder, Progress progress) {
    return run(spark, settings.chosen(), settings.repeats(), seed, folder, progress);
  }

  static List<Row> run(
      JavaSparkContext spark,
      List<MasterCase> cases,
      int repeats,
      long seed,
      String folder,
      Progress progress) {
    if (!spark.sc().isLocal() || spark.master().startsWith("local-cluster")) {
      throw UserException.configuration(
          "the part masters counts inside one process, but the master is "
              + spark.master()
              + ": use --master local[N], or another --part");
    }
    int masters = Master.values().length;
    progress.stage("masters", (long) cases.size() * (1 + repeats) * masters, "runs");
    List<Row> rows = new ArrayList<>();
    long done = 0;
    try (Meter meter = new Meter(spark)) {
      for (MasterCase which : cases) {
        List<List<Run>> runs = new ArrayList<>();
        for (int m = 0; m < masters; m++) {
          runs.add(new ArrayList<>());
        }
        // Classes are loaded and code is compiled by runs that are not measured.
        for (Master master : Master.values()) {
          once(spark, meter, which, master, seed, folder);
          progress.update(++done, which.name());
        }
        for (int repeat = 0; repeat < repeats; repeat++) {
          for (int turn = 0; turn < masters; turn++) {
            // Nobody is always first.
            int m = (turn + repeat) % masters;
            runs.get(m).add(once(spark, meter, which, Master.values()[m], seed, folder));
            progress.update(++done, which.name());
          }
        }
        for (int m = 0; m < masters; m++) {
          rows.add(row(which, Master.values()[m], runs.get(m)));
        }
      }
    }
    return rows;
  }

  private static Run once(
      JavaSparkContext spark, Meter meter, MasterCase which, Master who, long seed, String folder) {
    JavaRDD<DataSet> data =
        spark
            .parallelize(which.data(seed), which.workers())
            .persist(StorageLevel.MEMORY_ONLY_SER());
    data.count();
    MultiLayerNetwork network = which.create(seed);
    int parameters = Math.toIntExact(network.numParams());
    TrainingMaster<?, ?> master = master(which, who, seed, folder);
    SparkDl4jMultiLayer front = new SparkDl4jMultiLayer(spark, network, master);
    System.gc();
    CountingLoss.reset();
    String[] failure = {null};
    try {
      Meter.Usage usage =
          meter.measure(
              () -> {
                try {
                  for (int epoch = 0; epoch < which.epochs(); epoch++) {
                    front.fit(data);
                  }
                } catch (Exception | LinkageError e) {
                  failure[0] = reason(e);
                }
                return null;
              });
      long trained = CountingLoss.trained() / which.rowsPerExample();
      Double loss = null;
      if (failure[0] == null) {
        double score =
            front.getNetwork().score(which.heldOut(seed), false) / which.rowsPerExample();
        loss = Double.isFinite(score) ? score : null;
      }
      return new Run(usage, parameters, trained, loss, failure[0]);
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    } finally {
      master.deleteTempFiles(spark);
      data.unpersist(true);
    }
  }

  private static TrainingMaster<?, ?> master(
      MasterCase which, Master who, long seed, String folder) {
    return switch (who) {
      case OURS -> ours(which, seed);
      case SHIPPED_DIRECT, SHIPPED_EXPORT ->
          new ParameterAveragingTrainingMaster.Builder(which.workers(), which.examplesPerSet())
              .batchSizePerWorker(which.batch())
              .averagingFrequency(which.frequency())
              .workerPrefetchNumBatches(2)
              .saveUpdater(true)
              .storageLevel(StorageLevel.MEMORY_ONLY_SER())
              .rddTrainingApproach(
                  who == Master.SHIPPED_EXPORT
                      ? RDDTrainingApproach.Export
                      : RDDTrainingApproach.Direct)
              .exportDirectory(folder + "/export")
              .rngSeed(seed)
              .build();
    };
  }

  private static TrainingMaster<?, ?> ours(MasterCase which, long seed) {
    return new AveragingTrainingMaster.Builder(which.workers(), which.examplesPerSet())
        .batchSizePerWorker(which.batch())
        .averagingFrequency(which.frequency())
        .workerPrefetchNumBatches(2)
        .saveUpdater(true)
        .rngSeed(seed)
        .build();
  }

  /** The innermost cause, in a line. */
  private static String reason(Throwable problem) {
    Throwable at = problem;
    while (at.getCause() != null) {
      at = at.getCause();
    }
    String message = at.getMessage() == null ? "" : at.getMessage().lines().findFirst().orElse("");
    // A task's exception may come as the text of its stack only.
    return message.contains("Exception") || message.contains("Error")
        ? message
        : at.getClass().getSimpleName() + ": " + message;
  }

  private static Row row(MasterCase which, Master master, List<Run> runs) {
    List<Run> bySeconds = new ArrayList<>(runs);
    bySeconds.sort(Comparator.comparingDouble(run -> run.usage().seconds()));
    Run middle = bySeconds.get(bySeconds.size() / 2);
    double[] cpu = runs.stream().mapToDouble(run -> run.usage().cpuSeconds()).sorted().toArray();
    double[] losses =
        runs.stream().filter(run -> run.loss() != null).mapToDouble(Run::loss).sorted().toArray();
    String failure =
        runs.stream().map(Run::failure).filter(f -> f != null).findFirst().orElse(null);
    return new Row(
        which.name(),
        middle.parameters(),
        master,
        failure,
        which.examples() * which.epochs(),
        runs.stream().mapToLong(Run::trained).min().orElseThrow(),
        runs.stream().mapToLong(Run::trained).max().orElseThrow(),
        middle.usage().jobs(),
        middle.usage().shuffleBytes(),
        middle.usage().resultBytes(),
        middle.usage().broadcastBytes(),
        middle.usage().fileBytes(),
        middle.usage().seconds(),
        cpu[cpu.length / 2],
        losses.length == 0 || Arrays.stream(losses).anyMatch(Double::isNaN)
            ? null
            : losses[losses.length / 2]);
  }
}

package org.seqlm.job.bench;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.seqlm.UserException;
import org.seqlm.artifact.Json;
import org.seqlm.bench.averaging.ClusterModel;
import org.seqlm.bench.averaging.MastersBench;
import org.seqlm.bench.averaging.OverheadBench;
import org.seqlm.bench.averaging.SoakBench;
import org.seqlm.job.bench.place.BenchFolder;
import org.seqlm.job.cli.FlagValues;
import org.seqlm.job.cli.JobCommand;
import org.seqlm.job.cli.JobContext;
import org.seqlm.kernels.Processor;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code seqlm bench averaging}. */
@Command(
    name = "averaging",
    description = {
      "Measures parameter averaging: what a round costs, and the training masters.",
      "",
      "  masters   our training master against the one that ships with dl4j-spark",
      "  overhead  a round without local steps, and what that means for a cluster",
      "  soak      many rounds, and what the processes hold meanwhile",
      "",
      "Example: seqlm bench averaging --part overhead --set overhead.parameters=[100000,1000000]"
    })
final class BenchAveragingCommand
    extends JobCommand<BenchAveragingConfig, BenchAveragingCommand.Result> {

  /**
   * What was measured; a part that was not asked for is null.
   *
   * @param sparkMaster it ran on
   * @param processor kind of the driver's
   * @param parallelism tasks at once
   * @param masters a row a case and master
   * @param overhead a cell each
   * @param launch seconds an empty task, in a job of many
   * @param fits to the cells, by what workers keep
   * @param predictions one list a fit
   * @param soak the long training
   */
  record Result(
      String sparkMaster,
      String processor,
      int parallelism,
      List<MastersBench.Row> masters,
      List<OverheadBench.Cell> overhead,
      Double launch,
      List<ClusterModel.Fits> fits,
      List<List<ClusterModel.Prediction>> predictions,
      SoakBench.Result soak) {}

  @Option(
      names = "--part",
      paramLabel = "PART",
      split = ",",
      description = "masters, overhead, soak; several with commas (default: masters,overhead).")
  List<String> parts;

  @Option(
      names = "--folder",
      paramLabel = "DIR",
      description =
          "For state files; every executor must reach it (default: a temporary one of this"
              + " machine).")
  String folder;

  @Option(names = "--rounds", paramLabel = "N", description = "Of the soak (default: 1000).")
  Integer rounds;

  @Option(
      names = "--kill-every",
      paramLabel = "N",
      description =
          "Of the soak: kill an executor every N rounds in the mean, on a local-cluster (default:"
              + " none).")
  Integer killEvery;

  BenchAveragingCommand() {
    super(BenchAveragingConfig.class);
  }

  @Override
  public void flags(FlagValues overrides) {
    overrides
        .put("parts", parts)
        .put("folder", folder)
        .put("soak.rounds", rounds)
        .put("soak.kill-every", killEvery);
  }

  @Override
  public String plan(BenchAveragingConfig config, JobContext context) {
    List<String> lines = new ArrayList<>();
    for (BenchAveragingConfig.Part part : config.parts()) {
      lines.add("measure " + Json.name(part));
    }
    return String.join("\n", lines);
  }

  @Override
  public Result run(BenchAveragingConfig config, JobContext context) throws Exception {
    context.collectParameters();
    String master = context.sparkConf().get("spark.master");
    if (config.parts().contains(BenchAveragingConfig.Part.SOAK)
        && config.soak().killEvery() > 0
        && !master.startsWith("local-cluster[")) {
      throw UserException.configuration(
          "soak.kill-every "
              + config.soak().killEvery()
              + " kills executors of this machine, which --master "
              + master
              + " has none of: give --master 'local-cluster[2,1,1024]', or soak.kill-every 0");
    }
    JavaSparkContext spark = context.sparkContext();
    int stripeTasks = config.partitions();
    try (BenchFolder place = BenchFolder.open(config.folder(), context)) {
      List<MastersBench.Row> masters = null;
      List<OverheadBench.Cell> overhead = null;
      Double launch = null;
      List<ClusterModel.Fits> fits = null;
      List<List<ClusterModel.Prediction>> predictions = null;
      SoakBench.Result soak = null;
      if (config.parts().contains(BenchAveragingConfig.Part.MASTERS)) {
        masters =
            MastersBench.run(
                spark, config.masters(), config.seed(), place.below("masters"), context.progress());
      }
      if (config.parts().contains(BenchAveragingConfig.Part.OVERHEAD)) {
        overhead =
            OverheadBench.run(
                spark, config.overhead(), stripeTasks, place.below("overhead"), context.progress());
        launch = OverheadBench.launch(spark);
        fits = ClusterModel.fit(overhead, launch);
        predictions =
            fits.stream().map(fit -> ClusterModel.predict(fit, config.overhead())).toList();
      }
      if (config.parts().contains(BenchAveragingConfig.Part.SOAK)) {
        soak =
            SoakBench.run(
                spark,
                config.soak(),
                stripeTasks,
                config.seed(),
                place.below("soak"),
                context.progress());
      }
      return new Result(
          spark.master(),
          Processor.kind(),
          spark.defaultParallelism(),
          masters,
          overhead,
          launch,
          fits,
          predictions,
          soak);
    }
  }

  /** The same bits are promised. */
  @Override
  public void judge(Result result) {
    SoakBench.Result soak = result.soak();
    if (soak != null
        && soak.undisturbed() != null
        && !soak.undisturbed().equals(soak.parameters())) {
      throw new IllegalStateException(
          "after " + soak.killed() + " kills the parameters are not those of undisturbed rounds");
    }
  }

  @Override
  public String summary(BenchAveragingConfig config, Result result) {
    return BenchAveragingSummary.of(config, result);
  }
}

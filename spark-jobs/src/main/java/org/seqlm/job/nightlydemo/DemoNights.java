package org.seqlm.job.nightlydemo;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.seqlm.ExitCode;
import org.seqlm.Progress;
import org.seqlm.UserException;
import org.seqlm.artifact.Json;
import org.seqlm.artifact.Overwrite;
import org.seqlm.example.Variation;
import org.seqlm.job.cli.ConfigLoader;
import org.seqlm.job.cli.ConfigText;
import org.seqlm.job.cli.Failures;
import org.seqlm.job.cli.FlagValues;
import org.seqlm.job.cli.JobContext;
import org.seqlm.job.nightlydemo.DemoNight.Death;
import org.seqlm.job.nightlydemo.DemoNight.Training;
import org.seqlm.job.retrain.RetrainCommand;
import org.seqlm.job.retrain.RetrainConfig;
import org.seqlm.neural.files.Checkpoint;
import org.seqlm.neural.files.RunView;
import org.seqlm.registry.Registry;

/**
 * The nights, one after the other. Each one's text comes in, {@code retrain} does its work, and
 * what had to be mended is mended before the next.
 */
final class DemoNights {
  /** The driver is killed once so many rounds are kept. */
  private static final int ROUNDS_BEFORE_DEATH = 2;

  /** Of what commands say on standard error. */
  private static final String PREFIX = "seqlm: error: ";

  private final NightlyDemoConfig config;
  private final JobContext context;
  private final DemoFolder folder;
  private final DemoText text;

  DemoNights(NightlyDemoConfig config, JobContext context) throws IOException {
    this.config = config;
    this.context = context;
    this.folder = new DemoFolder(context.hadoop(), config.output());
    this.text = config.text();
  }

  NightlyDemoResult run() throws Exception {
    long start = System.nanoTime();
    folder.begin(config);
    folder.write(
        folder.config(),
        ConfigText.yaml(retrain(keys(folder.models(), folder.nights())))
            .getBytes(StandardCharsets.UTF_8));
    context.progress().message(NightTable.header());
    List<DemoNight> nights = new ArrayList<>();
    for (int number = 1; number <= config.nights(); number++) {
      DemoNight night = night(number);
      nights.add(night);
      context.progress().message(NightTable.row(night));
      if (night.special() == Special.CORRUPT) {
        folder.write(file(number), text.file(number));
        context.progress().message("       " + file(number) + " is sent again, whole");
      }
    }
    // For whoever goes on by hand.
    folder.write(file(config.nights() + 1), text.arriving(config.nights() + 1));
    NightlyDemoResult result =
        new NightlyDemoResult(
            nights,
            Promises.of(nights, config.special(), Variation.topicWords().size(), champion()),
            folder.models(),
            folder.nights(),
            folder.config(),
            text.date(config.nights() + 1).toString(),
            (System.nanoTime() - start) / 1e9);
    folder.end(result);
    return result;
  }

  private String file(int night) {
    return folder.text() + "/" + text.folder(night) + "/" + DemoText.FILE;
  }

  private String nightFolder(int night) {
    return folder.nights() + "/" + text.date(night);
  }

  private int champion() throws IOException {
    return Registry.isRegistry(context.hadoop(), folder.models())
        ? Registry.open(context.hadoop(), folder.models()).state().champion()
        : 0;
  }

  private FlagValues keys(String registry, String work) {
    return new FlagValues()
        .putAll(config.retrain())
        .put("registry", registry)
        .put("work", work)
        .put("input", List.of(folder.text()))
        .put("seed", config.seed())
        .put("partitions", config.partitions());
  }

  private static RetrainConfig retrain(FlagValues keys) {
    return ConfigLoader.load("retrain", RetrainConfig.class, keys.tree());
  }

  private DemoNight night(int number) throws Exception {
    long start = System.nanoTime();
    String date = text.date(number).toString();
    Special special = config.special().of(number);
    folder.write(file(number), text.arriving(number));
    try {
      Death death = null;
      JsonNode result;
      if (special == Special.KILLED) {
        folder.beginTwin();
        Killed killed = killed(number);
        result = killed.result();
        death = death(number, killed);
        folder.endTwin();
      } else {
        result = retrained(number, keys(folder.models(), folder.nights()));
      }
      return DemoNight.of(number, date, special, result, training(number), death, since(start));
    } catch (Exception e) {
      return failed(number, e, start);
    }
  }

  private static double since(long start) {
    return (System.nanoTime() - start) / 1e9;
  }

  /** A night that ends with data or a training that is at fault; anything else ends the demo. */
  private DemoNight failed(int number, Exception problem, long start) throws Exception {
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    ExitCode code =
        Failures.report(problem, "retrain", new PrintStream(said, true, StandardCharsets.UTF_8));
    if (code != ExitCode.DATA && code != ExitCode.DIVERGED) {
      throw problem;
    }
    List<String> lines =
        said.toString(StandardCharsets.UTF_8)
            .lines()
            .map(line -> line.startsWith(PREFIX) ? line.substring(PREFIX.length()) : line)
            .toList();
    return DemoNight.failed(
        number,
        text.date(number).toString(),
        config.special().of(number),
        code.code(),
        lines,
        champion(),
        since(start));
  }

  /** The command, in this process. */
  private JsonNode retrained(int number, FlagValues keys) throws Exception {
    keys.put("date", text.date(number).toString());
    if (config.special().of(number) == Special.HOPELESS) {
      keys.put("train.training.learning-rate", config.hopelessRate());
    }
    return Json.tree(
        new RetrainCommand()
            .run(retrain(keys), context.inner("retrain", Overwrite.REFUSE, Progress.SILENT)));
  }

  /**
   * A night whose driver was killed.
   *
   * @param exitCode of that one
   * @param round of the last checkpoint that was seen before
   * @param result of the driver that was started after it
   */
  private record Killed(int exitCode, int round, JsonNode result) {}

  private Killed killed(int number) throws IOException {
    Path json = Files.createTempFile("seqlm-night", ".json");
    try {
      List<String> command =
          List.of(
              "retrain",
              "--config",
              folder.config(),
              "--night",
              text.date(number).toString(),
              "--master",
              context.sparkConf().get("spark.master"),
              "--json",
              json.toUri().toString());
      int[] round = new int[1];
      int exitCode;
      try (NightProcess first = NightProcess.start(command)) {
        exitCode =
            first.killAt(
                () -> {
                  round[0] = round(number);
                  return round[0] >= ROUNDS_BEFORE_DEATH;
                });
      }
      try (NightProcess second = NightProcess.start(command)) {
        second.finish();
      }
      return new Killed(exitCode, round[0], Json.mapper().readTree(json.toFile()));
    } finally {
      Files.deleteIfExists(json);
    }
  }

  /** How far a night's training is; 0 where nothing is kept. */
  private int round(int number) throws IOException {
    try {
      RunView run = RunView.find(context.hadoop(), nightFolder(number) + "/run");
      Checkpoint checkpoint = run == null || run.isComplete() ? null : run.lastCheckpoint();
      return checkpoint == null ? 0 : checkpoint.round();
    } catch (UserException | IOException e) {
      // It is being written.
      return 0;
    }
  }

  /** Does the night again, from the registry as it was before, undisturbed. */
  private Death death(int number, Killed killed) throws Exception {
    RunView run = RunView.find(context.hadoop(), nightFolder(number) + "/run");
    JsonNode twin = retrained(number, keys(folder.twin(), folder.twin() + "-nights"));
    boolean same = true;
    for (String key : List.of("decision", "reasons", "version", "champion", "contest")) {
      same &= killed.result().path(key).equals(Json.mapper().readTree(Json.line(twin)).path(key));
    }
    return new Death(
        killed.exitCode(),
        killed.round(),
        run.state().term(),
        same,
        model(folder.models(), killed.result()).equals(model(folder.twin(), twin)));
  }

  /** The names and hashes of a challenger's files. */
  private Object model(String registry, JsonNode result) throws IOException {
    return Registry.open(context.hadoop(), registry)
        .model(result.path("version").asInt())
        .manifest()
        .files();
  }

  private Training training(int number) throws IOException {
    RunView run = RunView.find(context.hadoop(), nightFolder(number) + "/run");
    List<Double> looks = new ArrayList<>();
    if (run != null) {
      for (JsonNode line : run.metrics(damage -> {})) {
        if (line.path("type").asText().equals("validation")) {
          looks.add(line.path("bits-per-character").asDouble());
        }
      }
    }
    return looks.isEmpty() ? null : new Training(looks.get(0), looks.get(looks.size() - 1));
  }
}

package org.seqlm.job.train;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.ArtifactFiles;
import org.seqlm.ExitCode;
import org.seqlm.TestSpark;
import org.seqlm.artifact.ArtifactKind;
import org.seqlm.artifact.ArtifactReader;
import org.seqlm.dataset.SplitMethod;
import org.seqlm.dataset.SplitRules;
import org.seqlm.job.SeqLM;
import org.seqlm.neural.files.ModelArtifact;
import org.seqlm.neural.files.RunView;
import org.seqlm.spark.models.PathModel;
import org.seqlm.spark.training.CharacterDataset;

/**
 * A run that is damaged, diverged or too short: what is said of it, and that what is said works.
 */
class TrainRepairTest {
  private static final Configuration HADOOP = new Configuration();
  private static final int ROUNDS = 3;

  @TempDir static Path folder;
  private static Path dataset;
  private static Path base;

  private record Outcome(int code, String errors) {
    void is(ExitCode expected) {
      assertThat(code).as(errors).isEqualTo(expected.code());
      assertThat(errors).doesNotContain("\tat ");
    }

    /** One line with all of these. */
    Outcome says(ExitCode expected, Object... parts) {
      is(expected);
      assertThat(errors.lines()).hasSize(1);
      assertThat(errors).contains(Arrays.stream(parts).map(Object::toString).toList());
      return this;
    }
  }

  private static Outcome seqlm(Object... args) {
    ByteArrayOutputStream errors = new ByteArrayOutputStream();
    String[] line = Arrays.stream(args).map(Object::toString).toArray(String[]::new);
    int code = SeqLM.run(line, new PrintStream(errors, true, StandardCharsets.UTF_8));
    return new Outcome(code, errors.toString(StandardCharsets.UTF_8));
  }

  /** Three rounds of two steps unless told otherwise; later flags win. */
  private static Outcome train(Path output, Object... more) {
    List<Object> args =
        new ArrayList<>(
            List.of("train", "--input", dataset, "--output", output, "--hidden", 8, "--batch", 2));
    args.addAll(List.of("--embedding", 4, "--time-steps", 8, "--frequency", 2));
    args.addAll(List.of("--set", "validation.sample-length=0", "--set", "validation.every=1"));
    if (!List.of(more).contains("--epochs")) {
      args.addAll(List.of("--epochs", 0.094)); // six of 64 windows
    }
    args.addAll(List.of(more));
    return seqlm(args.toArray());
  }

  private static Outcome generate(Object model) {
    return seqlm("generate", "--model", model, "--length", 3);
  }

  @BeforeAll
  static void trainOnce() throws Exception {
    TestSpark.session();
    Path text = Files.writeString(folder.resolve("text"), "the cat ran\na dog sat\n".repeat(103));
    dataset = folder.resolve("dataset");
    CharacterDataset.write(
        HADOOP, text, dataset.toString(), new SplitRules(SplitMethod.CONTIGUOUS, 0.9, 0.05, 0.05));
    base = folder.resolve("base");
    train(base).is(ExitCode.DONE);
    assertThat(ArtifactFiles.checkpoints(base)).containsExactly(2, 3);
  }

  private static Path checkpointed(Path run, int round, String file) {
    return ArtifactFiles.file(run.resolve("checkpoints/" + round), file);
  }

  private static Path copy(String name) throws IOException {
    Path to = folder.resolve(name);
    try (Stream<Path> files = Files.walk(base)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(base.relativize(file)));
      }
    }
    return to;
  }

  private static Path unfinished(String name) throws IOException {
    Path run = copy(name);
    ArtifactFiles.unfinish(run);
    return run;
  }

  /** As a flipped bit leaves it where no file system sees it. */
  private static void damage(Path file, String content) throws IOException {
    Files.writeString(file, content);
    Files.deleteIfExists(file.resolveSibling("." + file.getFileName() + ".crc"));
  }

  @Test
  void aDivergenceIsWrittenDownAndWhatItAdvisesWorks() throws IOException {
    Path run = folder.resolve("diverged");
    Outcome outcome = train(run, "--learning-rate", "1e6");
    outcome.says(ExitCode.DIVERGED, "lower training.learning-rate", "--overwrite");
    assertThat(outcome.errors()).doesNotContain("--start-from", "clip-norm");
    // Twice, as a scheduler would: it is told once.
    train(run, "--learning-rate", "1e6").is(ExitCode.DIVERGED);
    List<JsonNode> told =
        RunView.metrics(HADOOP, run.toString()).stream()
            .filter(line -> line.path("type").asText().equals("divergence"))
            .toList();
    assertThat(told).hasSize(1);
    assertThat(told.get(0).path("round").asInt()).isEqualTo(1);
    assertThat(outcome.errors()).contains(told.get(0).path("reason").asText());
    // What is told of a round that is then trained is forgotten.
    train(run, "--learning-rate", "0.01", "--overwrite").is(ExitCode.DONE);
    assertThat(RunView.metrics(HADOOP, run.toString()))
        .noneMatch(line -> line.path("type").asText().equals("divergence"));
  }

  /** The first steps of a warm-up are small. */
  @Test
  void aDivergenceOnTheWayNamesTheLastGoodCheckpoint() throws IOException {
    Path run = folder.resolve("later");
    Object[] steep = {
      "--learning-rate", "1e4", "--optimizer", "sgd", "--set", "training.clip-norm=0"
    };
    Object[] warm =
        Stream.of(steep, new Object[] {"--set", "training.schedule.warm-up=1000"})
            .flatMap(Arrays::stream)
            .toArray();
    Outcome outcome = train(run, warm);
    outcome.says(
        ExitCode.DIVERGED,
        "lower training.learning-rate, or set training.clip-norm above 0; then",
        "the same command with the key changed and --start-from");
    Matcher advice =
        Pattern.compile("(--start-from) (\\S+) --output ANOTHER").matcher(outcome.errors);
    assertThat(advice.find()).isTrue();
    assertThat(advice.group(2)).matches(".*checkpoints/[12]");
    Path mended = folder.resolve("mended");
    // A round of small steps, from where steps were too large already.
    train(mended, advice.group(1), advice.group(2), "--learning-rate", "1e-4", "--epochs", 0.03)
        .is(ExitCode.DONE);
  }

  @Test
  void aCheckpointIsAModel() throws Exception {
    Path checkpoint = base.resolve("checkpoints/" + ROUNDS);
    TrainResult result =
        ArtifactReader.open(HADOOP, base.toString(), ArtifactKind.RUN)
            .manifest()
            .details(TrainResult.class);
    assertThat(result.bestRound()).isEqualTo(result.rounds()).isEqualTo(ROUNDS);
    ModelArtifact best = ModelArtifact.load(HADOOP, base.toString());
    ModelArtifact last = ModelArtifact.load(HADOOP, checkpoint.toString());
    assertThat(last.model().parameters()).containsExactly(best.model().parameters());
    assertThat(last.rules()).isEqualTo(best.rules());
    PathModel model = PathModel.open(HADOOP, checkpoint.toString());
    assertThat(model.kind()).isEqualTo("lstm 1x8");
    assertThat(model.vocabulary().fingerprint()).isEqualTo(best.model().vocabulary().fingerprint());

    generate(checkpoint).is(ExitCode.DONE);
    Path earlier = base.resolve("checkpoints/" + (ROUNDS - 1));
    Path mixture = folder.resolve("mixture");
    seqlm("interpolate", "--input", dataset, "--model", checkpoint, "--model", earlier, "--output")
        .is(ExitCode.CONFIGURATION);
    seqlm(
            "interpolate",
            "--input",
            dataset,
            "--weights",
            "0.5,0.5",
            "--model",
            checkpoint,
            "--model",
            earlier,
            "--output",
            mixture)
        .is(ExitCode.DONE);
    seqlm("evaluate", "--input", dataset, "--split", "test", "--model", mixture, "--model", earlier)
        .is(ExitCode.DONE);
    seqlm("export", "--model", checkpoint, "--arpa", folder.resolve("x.arpa"))
        .says(ExitCode.DATA, "is of kind checkpoint, but one of kind ngrams is needed");
    Path torn = copy("torn checkpoint");
    Path vocabulary = checkpointed(torn, 2, "vocabulary.jsonl");
    damage(vocabulary, "");
    generate(torn.resolve("checkpoints/2"))
        .says(
            ExitCode.DATA,
            vocabulary + " is damaged",
            "use another checkpoint of the run, or the run itself");
    generate(torn).is(ExitCode.DONE);
  }

  @Test
  void aDamagedManifestOfARunIsNamedWithWhatCanBeDone() throws IOException {
    Path run = unfinished("torn");
    Path file = ArtifactFiles.manifestFile(run);
    List<Path> checkpoints =
        Stream.of(2, 3).map(round -> checkpointed(run, round, "checkpoint.json")).toList();
    String whole = Files.readString(file);
    for (String content :
        List.of("", "\0\0\0\0garbage", "{}", whole.replace("\"job\"", "\"jbo\""))) {
      damage(file, content);
      train(run).says(ExitCode.DATA, file + " is damaged: ", "give --overwrite");
      assertThat(checkpoints).allSatisfy(checkpoint -> assertThat(checkpoint).exists());
    }
    train(run, "--resume").says(ExitCode.DATA, "--start-from " + run.resolve("model"));
    // Bytes that the file system knows to be others: no fault of the platform.
    Path bits = unfinished("bits");
    Path checked = ArtifactFiles.manifestFile(bits);
    try (var out =
        FileSystem.getLocal(HADOOP).create(new org.apache.hadoop.fs.Path(checked.toUri()), true)) {
      out.write(whole.getBytes(StandardCharsets.UTF_8));
    }
    Files.writeString(checked, whole.replace("8", "9"));
    train(bits).says(ExitCode.DATA, checked + " is damaged: its bytes changed");
    train(folder.resolve("onwards"), "--start-from", run.resolve("model")).is(ExitCode.DONE);
    train(run, "--overwrite").is(ExitCode.DONE);
    // Without a model that is whole there is one way less.
    Path network = ArtifactFiles.file(run.resolve("model"), "network.json");
    damage(ArtifactFiles.manifestFile(run), "x");
    damage(network, "x");
    assertThat(train(run).says(ExitCode.DATA, "give --overwrite").errors())
        .doesNotContain("--start-from");
  }

  @Test
  void aDamagedManifestIsNamedWithWhatCanBeUsed() throws IOException {
    Path run = copy("without model");
    Path manifest = ArtifactFiles.manifestFile(run.resolve("model"));
    damage(manifest, "");
    Path checkpoint = run.resolve("checkpoints/" + ROUNDS);
    generate(run)
        .says(
            ExitCode.DATA,
            manifest + " is damaged: its SHA-256 is not the one that the run's manifest has",
            "start the same seqlm train again");
    generate(checkpoint).is(ExitCode.DONE);
    train(run).is(ExitCode.DONE);
    generate(run).is(ExitCode.DONE);

    Path unsealed = copy("unsealed");
    Path whole = ArtifactFiles.manifestFile(unsealed);
    damage(whole, "{");
    generate(unsealed)
        .says(
            ExitCode.DATA,
            whole + " is damaged: it is no JSON",
            "name " + unsealed.resolve("model") + ", its model,",
            "or " + unsealed.resolve("checkpoints/3") + ", its last checkpoint,",
            "or train it anew with --overwrite");
    generate(unsealed.resolve("model")).is(ExitCode.DONE);
    generate(unsealed.resolve("checkpoints/3")).is(ExitCode.DONE);
    train(unsealed).says(ExitCode.DATA, whole + " is damaged", "give --overwrite");
    train(unsealed, "--overwrite").is(ExitCode.DONE);
    generate(unsealed).is(ExitCode.DONE);
  }

  @Test
  void whoInsistsOnGoingOnNeedsACheckpoint() throws IOException {
    Path run = copy("without checkpoints");
    Path second = checkpointed(run, 2, "parameters.safetensors");
    Path third = checkpointed(run, 3, "parameters.safetensors");
    damage(second, "x");
    damage(third, "x");
    Outcome outcome = train(run, "--resume", "--epochs", 0.2);
    outcome.says(
        ExitCode.DATA,
        second + " is damaged",
        third + " is damaged",
        "--start-from " + run.resolve("model"));
    assertThat(outcome.errors()).doesNotContain("use another checkpoint");
    // Nothing was touched: the finished run is a finished run.
    assertThat(ArtifactFiles.checkpoints(run)).containsExactly(2, 3);
    assertThat(ArtifactFiles.isComplete(run)).isTrue();
    ArtifactFiles.unfinish(run);
    train(run, "--resume").says(ExitCode.DATA, "all damaged", "give --overwrite");
    seqlm("train", "--input", dataset, "--output", run, "--resume", "--dry-run")
        .is(ExitCode.CONFIGURATION);
    // Who does not insist starts over, as ever.
    train(run).is(ExitCode.DONE);
    assertThat(ArtifactFiles.checkpoints(run)).containsExactly(2, 3);
    assertThat(checkpointed(run, 2, "parameters.safetensors")).isNotEqualTo(second);
    generate(run.resolve("checkpoints/2")).is(ExitCode.DONE);
    generate(run.resolve("checkpoints/3")).is(ExitCode.DONE);

    Path lost = unfinished("lost checkpoints");
    for (int round : ArtifactFiles.checkpoints(lost)) {
      Files.delete(ArtifactFiles.manifestFile(lost.resolve("checkpoints/" + round)));
    }
    train(lost, "--resume")
        .says(
            ExitCode.DATA, "all damaged", "checkpoints/3/manifest.json is missing", "--overwrite");
    Path bare = unfinished("bare");
    ArtifactFiles.edit(
        bare,
        manifest -> {
          Iterator<JsonNode> files = manifest.withArray("files").elements();
          while (files.hasNext()) {
            if (files.next().path("path").asText().startsWith("checkpoints/")) {
              files.remove();
            }
          }
        });
    train(bare, "--resume").says(ExitCode.DATA, "a run without a checkpoint", "--overwrite");
  }

  @Test
  void aResumedRunIsLongerThanItWasAndHasOneTime() throws IOException {
    Path run = unfinished("short");
    Path manifest = ArtifactFiles.manifestFile(run);
    String before = Files.readString(manifest);
    for (double epochs : new double[] {0.05, 0.0937}) { // three steps, and six by another number
      train(run, "--resume", "--epochs", epochs)
          .says(
              ExitCode.CONFIGURATION,
              "is not finished, with 6 local steps",
              "training.epochs must be above that, but is " + epochs);
    }
    assertThat(manifest).hasContent(before);
    assertThat(ArtifactFiles.manifestFile(run)).isEqualTo(manifest);
    train(run, "--resume", "--epochs", 0.125).is(ExitCode.DONE);
    TrainResult result =
        ArtifactReader.open(HADOOP, run.toString(), ArtifactKind.RUN)
            .manifest()
            .details(TrainResult.class);
    assertThat(result.resumedFrom()).isEqualTo(ROUNDS);
    assertThat(result.steps()).isEqualTo(8);
    assertThat(result.tokensPerSecond()).isEqualTo(result.tokens() / result.seconds());
    assertThat(new TrainCommand().summary(null, result))
        .contains("in 4 rounds (3 of them in earlier sessions), ");
    train(run, "--resume", "--epochs", 0.125).says(ExitCode.CONFIGURATION, "is complete, with 8");
  }
}

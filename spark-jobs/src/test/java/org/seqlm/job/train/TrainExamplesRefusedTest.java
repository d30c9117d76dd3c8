package org.seqlm.job.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.ArtifactFiles;
import org.seqlm.ExitCode;
import org.seqlm.job.cli.ConfigLoader;
import org.seqlm.job.train.SmallExampleTraining.Outcome;
import org.seqlm.job.train.config.ExampleDefaults;

/** Every mistake in a training on examples gives one clear line, and nothing is written. */
class TrainExamplesRefusedTest {
  @TempDir static Path folder;

  private static String words;
  private static String pairs;
  private static String unseen;
  private static String grid;
  private static String series;
  private static String text;

  @BeforeAll
  static void prepare() throws Exception {
    SmallExampleTraining runs = new SmallExampleTraining(folder);
    int[] sizes = {30, 5, 2};
    words = runs.prepare("words", "classify", sizes, SmallExampleTraining::classified);
    pairs = runs.prepare("pairs", "sequence", sizes, SmallExampleTraining::reversed);
    unseen =
        runs.prepare("unseen", "classify", new int[] {30, 0, 2}, SmallExampleTraining::classified);
    grid = runs.prepare("grid", "grid", sizes, TrainExamplesRefusedTest::square);
    series = runs.prepare("series", "series", sizes, TrainExamplesRefusedTest::steps);
    Path lines = folder.resolve("lines.txt");
    Files.writeString(lines, "the cat sat on the mat\n".repeat(60));
    text = folder.resolve("text").toString();
    Outcome prepared =
        SmallExampleTraining.seqlm(
            "prepare", "--input", lines.toString(), "--tokenizer", "char", "--output", text);
    assertThat(prepared.code()).as(prepared.errors()).isZero();
  }

  private static Map<String, Object> square(RandomGenerator random) {
    return Map.of(
        "values",
        random.doubles(24).boxed().toList(),
        "shape",
        List.of(6, 4, 1),
        "label",
        random.nextBoolean() ? "x" : "o");
  }

  private static Map<String, Object> steps(RandomGenerator random) {
    List<List<Double>> steps = new ArrayList<>();
    for (int t = 0; t < 6; t++) {
      steps.add(Arrays.asList(random.nextDouble(), t % 3 == 1 ? null : random.nextDouble()));
    }
    return Map.of("values", steps);
  }

  private static void refused(ExitCode code, String message, String... command) throws IOException {
    Outcome outcome = SmallExampleTraining.seqlm(command);
    assertThat(outcome.errors()).contains(message).doesNotContain("\tat ");
    assertThat(outcome.errors().lines()).hasSize(1);
    assertThat(outcome.code()).as(outcome.errors()).isEqualTo(code.code());
    try (var entries = Files.list(folder)) {
      assertThat(entries.map(path -> path.getFileName().toString()))
          .noneMatch(name -> name.startsWith(".output") || name.equals("output"));
    }
  }

  private static void trainRefused(ExitCode code, String message, String input, String... more)
      throws IOException {
    List<String> command = new ArrayList<>(List.of("train", "--input", input));
    command.addAll(List.of("--output", folder.resolve("output").toString(), "--batch=4"));
    for (String one : more) {
      command.addAll(one.startsWith("--") ? List.of(one) : List.of("--set", one));
    }
    refused(code, message, command.toArray(String[]::new));
  }

  @Test
  void whatNoEngineOrAnotherOneTrains() throws Exception {
    trainRefused(
        ExitCode.CONFIGURATION,
        "engine dl4j trains language models, and a classifier is none: use --engine torch",
        words,
        "--engine=dl4j");
    trainRefused(
        ExitCode.CONFIGURATION,
        "network.attention hard takes the arg-max, which passes no useful gradient",
        pairs,
        "network.attention=hard");
    trainRefused(
        ExitCode.CONFIGURATION,
        "execution.precision bf16 is of language models; a classifier computes in float32",
        words,
        "--precision=bf16");
    trainRefused(
        ExitCode.CONFIGURATION,
        "training.scheduled-sampling is of what writes tokens, but a classifier writes none",
        words,
        "training.scheduled-sampling.kind=linear");
    trainRefused(
        ExitCode.CONFIGURATION,
        "training.truncation is of text's windows, but a sequence-to-sequence network goes back",
        pairs,
        "training.truncation.kind=randomised");
  }

  @Test
  void whatWouldSeeWhatItIsToPredict() throws Exception {
    trainRefused(
        ExitCode.CONFIGURATION,
        "network.direction both reads the text from its end, too, so it has seen the next token",
        text,
        "network.direction=both");
    trainRefused(
        ExitCode.CONFIGURATION,
        "network.direction both has seen what it is to predict",
        series,
        "network.direction=both");
    trainRefused(
        ExitCode.CONFIGURATION,
        "network.body attention is of examples",
        text,
        "network.body=attention");
  }

  @Test
  void shapesThatDoNotFit() throws Exception {
    trainRefused(
        ExitCode.CONFIGURATION,
        "network.patch 5 must divide the extents of the examples, [6, 4]: set it to such a number,"
            + " or to 0",
        grid,
        "network.patch=5");
    trainRefused(
        ExitCode.CONFIGURATION,
        "network.hidden 64 must be a multiple of network.heads 5",
        words,
        "network.body=attention",
        "network.heads=5");
    trainRefused(
        ExitCode.CONFIGURATION,
        "network.cell of a grid is lstm or rnn, but is gru: set it to one of these",
        grid,
        "--cell=gru");
    trainRefused(
        ExitCode.CONFIGURATION,
        "network.pooling class-token",
        words,
        "network.pooling=class-token");
  }

  @Test
  void dataThatIsNotEnough() throws Exception {
    trainRefused(
        ExitCode.DATA,
        "the training split has 30 examples, but one step a worker takes at least 40"
            + " (averaging.workers 10 x training.batch 4)",
        words,
        "--workers=10");
    trainRefused(
        ExitCode.DATA,
        "the valid split of " + unseen + " has no examples, so validation.patience 3",
        unseen,
        "validation.patience=3");
    trainRefused(
        ExitCode.DATA,
        "so the rate of training.schedule.kind plateau could never fall",
        unseen,
        "training.schedule.kind=plateau");
    trainRefused(
        ExitCode.CONFIGURATION,
        "replay.inputs is of text, but " + words + " holds examples",
        words,
        "--replay=" + text);
  }

  @Test
  void whatIsToBePreparedFirst() throws Exception {
    Path built = folder.resolve("built");
    Files.createDirectories(built);
    Files.writeString(built.resolve("task.json"), "{\"kind\":\"tags\",\"task\":\"tag\"}");
    trainRefused(
        ExitCode.CONFIGURATION,
        "--input "
            + built
            + " is the folder of the built-in example tags as seqlm example wrote it: prepare"
            + " --input "
            + built
            + " --output DATA, and train on DATA",
        built.toString());
  }

  @Test
  void examplesOfAnotherBuildsTask() throws Exception {
    Path copy = folder.resolve("juggled");
    Path from = Path.of(words);
    try (var files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, copy.resolve(from.relativize(file)));
      }
    }
    Path manifest = ArtifactFiles.manifestFile(copy);
    String changed =
        Files.readString(manifest).replace("\"task\" : \"classify\"", "\"task\" : \"juggle\"");
    Files.deleteIfExists(copy.resolve(".manifest.json.crc"));
    Files.writeString(manifest, changed);
    trainRefused(
        ExitCode.DATA,
        "juggled says of its examples what this build does not know, so another build wrote it",
        copy.toString());
  }

  /** The text's commands say what examples are. */
  @Test
  void examplesWhereTextIsNeeded() throws Exception {
    String message = "words is of kind examples (labelled examples, which seqlm train and evaluate";
    String output = folder.resolve("output").toString();
    refused(ExitCode.DATA, message, "ngrams", "--input", words, "--output", output);
    refused(
        ExitCode.DATA,
        message,
        "score",
        "--model",
        words,
        "--input",
        folder.resolve("lines.txt").toString(),
        "--output",
        output);
    refused(ExitCode.DATA, message, "generate", "--model", words);
    trainRefused(ExitCode.DATA, message, text, "--start-from=" + words);
    trainRefused(ExitCode.DATA, message, text, "--replay=" + words);
    trainRefused(ExitCode.DATA, "text is of kind dataset", words, "--start-from=" + text);
  }

  @Test
  void aPlanTellsOfExamplesAndOfKeysWithoutEffect() throws Exception {
    Outcome plan =
        SmallExampleTraining.seqlm(
            "train",
            "--input",
            words,
            "--output",
            folder.resolve("output").toString(),
            "--batch=4",
            "--frequency=2",
            "--epochs=4",
            "--hidden=8",
            "--set",
            "network.gaps=mean",
            "--set",
            "averaging.mode=gradients",
            "--dry-run");
    assertThat(plan.code()).as(plan.errors()).isZero();
    String told = plan.out().substring(plan.out().indexOf("# plan"));
    assertThat(told)
        .contains("operations an example", "a step of 4 examples: ")
        .contains("lstm 1x8 both ways, 2 labels: ", " parameters\n")
        .contains("30 training examples, 2 workers, 12 steps of 4 each, 6 rounds of one update")
        .contains(
            "warning: network.gaps has no effect on task classify: its network has no such part")
        .contains("chosen: network.direction both, network.pooling last\n")
        .contains("makes one update a round, of 2 batches of each worker")
        .doesNotContain("token", "window");
    assertThat(folder.resolve("output")).doesNotExist();
    // What the task's own defaults are.
    String rate =
        ExampleDefaults.of("classify", ConfigLoader.defaults("train"))
            .at("/training/learning-rate")
            .asText();
    assertThat(plan.out()).contains("engine: torch", "learning-rate: " + rate);
  }
}

package org.seqlm.neural.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.LocalFileSystem;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.ArtifactFiles;
import org.seqlm.ExitCode;
import org.seqlm.UserException;
import org.seqlm.artifact.Json;
import org.seqlm.artifact.Overwrite;
import org.seqlm.neural.CellKind;
import org.seqlm.neural.InputKind;
import org.seqlm.neural.network.LanguageNetwork;
import org.seqlm.neural.plain.Letters;
import org.seqlm.neural.plain.RecurrentLanguageModel;
import org.seqlm.text.TextRules;
import org.seqlm.text.TokenizerKind;

/** Who writes a run, and what of it counts, without a training. */
class RunFolderTest {
  private static final Configuration HADOOP = new Configuration();
  private static final LanguageNetwork SPEC =
      new LanguageNetwork(InputKind.EMBEDDING, 3, CellKind.LSTM, 1, 2, 4, 0, 1);
  private static final TextRules RULES = TextRules.of(TokenizerKind.CHAR);
  private static final ModelArtifact.Content CONTENT =
      new ModelArtifact.Content(new ModelArtifact.NetworkFile(SPEC, RULES), Letters.vocabulary(4));
  private static final RunFolder.Identity RUN = RunFolder.Identity.of("job", Map.of(), Map.of(), 7);

  @TempDir Path folder;
  private Path run;

  /** A process that trains. */
  private final class Writer {
    final RunFolder run;
    final Checkpoints checkpoints;

    Writer(Overwrite overwrite) throws IOException {
      this(HADOOP, overwrite);
    }

    Writer(Configuration conf, Overwrite overwrite) throws IOException {
      run =
          RunFinder.find(
              conf,
              RunFolderTest.this.run.toString(),
              RUN,
              new ResumeRules(List.of(), List.of()),
              overwrite,
              RunFolder.Resume.IF_POSSIBLE);
      checkpoints = run.checkpoints(CONTENT);
    }

    /** Writes the model and a checkpoint of a round, whose parameters are all one number. */
    void write(int round, float value) throws IOException {
      run.writeModel(CONTENT, model(value).parameters(), details(round));
      checkpoints.write(
          new Checkpoints.Loaded(checkpoint(round), parameters(value), new float[0], new float[0]),
          7);
      run.writeMetrics(round, List.of("{\"type\":\"round\",\"round\":" + round + "}"));
    }
  }

  @BeforeEach
  void name() {
    run = folder.resolve("run");
  }

  private static float[] parameters(float value) {
    float[] parameters = new float[SPEC.layout().size()];
    java.util.Arrays.fill(parameters, value);
    return parameters;
  }

  private static RecurrentLanguageModel model(float value) {
    return new RecurrentLanguageModel(SPEC, parameters(value), Letters.vocabulary(4));
  }

  private static ModelArtifact.ModelDetails details(int round) {
    String vocabulary = Letters.vocabulary(4).fingerprint();
    int size = SPEC.layout().size();
    return new ModelArtifact.ModelDetails(SPEC.title(), size, vocabulary, round, 5, 1.5);
  }

  private static Checkpoint checkpoint(int round) throws IOException {
    String json =
        """
        {"round": %d, "step": 1, "tokens": 1, "skipped": 0, "states": [], "updates": 1,
         "best-round": %d, "worse": 0, "seconds": 1.0, "vocabulary": "v", "platform": {}}
        """;
    return Json.mapper().readValue(json.formatted(round, round), Checkpoint.class);
  }

  private float value(Path model) throws IOException {
    return ModelArtifact.open(HADOOP, model.toString()).parameters()[0];
  }

  private static void lost(ThrowingCallable attempt, long now, long was) {
    assertThatThrownBy(attempt)
        .isInstanceOfSatisfying(
            UserException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.PLATFORM))
        .hasMessageContaining("is no longer this job's")
        .hasMessageContaining("term " + now)
        .hasMessageContaining("this one's was " + was);
  }

  @Test
  void whoIsOvertakenStopsAndRemovesNothing() throws IOException {
    Writer first = new Writer(Overwrite.REFUSE);
    assertThat(first.run.begin(-1)).isTrue();
    assertThat(first.run.writer()).matches("[0-9a-f]{12}");
    first.write(1, 0.5f);
    first.run.commit();
    Writer second = new Writer(Overwrite.REFUSE);
    assertThat(second.run.found()).isEqualTo(RunFolder.Found.UNFINISHED);
    second.run.begin(1);
    assertThat(second.run.term()).isEqualTo(2);
    TreeMap<String, String> before = ArtifactFiles.content(run);

    // The first does not know yet.
    first.write(2, 0.75f);
    first.checkpoints.keep(1, 2);
    lost(first.run::commit, 2, 1);
    lost(() -> first.run.complete(Map.of()), 2, 1);
    assertThat(ArtifactFiles.content(run)).containsAllEntriesOf(before);
    assertThat(value(run)).isEqualTo(0.5f);
    assertThat(value(run.resolve("model"))).isEqualTo(0.5f);
    assertThat(value(run.resolve("checkpoints/1"))).isEqualTo(0.5f);

    second.write(2, 0.25f);
    second.run.commit();
    assertThat(ArtifactFiles.checkpoints(run)).containsExactly(1, 2);
    assertThat(value(run.resolve("checkpoints/2"))).isEqualTo(0.25f);
    second.run.complete(Map.of());
    assertThat(ArtifactFiles.isComplete(run)).isTrue();
    assertThat(value(run)).isEqualTo(0.25f);
    assertThat(RunView.metrics(HADOOP, run.toString()))
        .extracting(line -> line.path("round").asInt())
        .containsExactly(1, 2);
  }

  @Test
  void ofTwoWhoBeginTogetherOneDoes() throws IOException {
    Writer one = new Writer(Overwrite.REFUSE);
    Writer other = new Writer(Overwrite.REFUSE);
    one.run.begin(-1);
    assertThat(other.run.begin(-1)).isFalse();
    one.write(1, 0.5f);
    one.run.commit();
    assertThat(ArtifactFiles.strangers(run)).isEmpty();
  }

  @Test
  void aModelIsTheOneThatTheRunLists() throws IOException {
    Writer writer = new Writer(Overwrite.REFUSE);
    writer.run.begin(-1);
    writer.write(1, 0.5f);
    writer.run.commit();
    // As one that is killed before its commit leaves them.
    new Writer(Overwrite.REFUSE).write(1, 0.75f);
    assertThat(run.resolve("model/manifest-2.json")).exists();
    assertThat(run.resolve("checkpoints/1/manifest-2.json")).exists();
    for (String part : List.of("", "model", "checkpoints/1")) {
      assertThat(value(run.resolve(part))).as(part).isEqualTo(0.5f);
    }
  }

  @Test
  void aRunThatIsTrainedAnewIsReadUntilItIsReplaced() throws IOException {
    Writer old = new Writer(Overwrite.REFUSE);
    old.run.begin(-1);
    old.write(1, 0.5f);
    old.run.commit();
    old.run.complete(Map.of());
    Writer anew = new Writer(Overwrite.REPLACE);
    assertThat(anew.run.found()).isEqualTo(RunFolder.Found.NOTHING);
    anew.run.begin(-1);
    anew.write(1, 0.75f);
    anew.run.commit();
    assertThat(value(run)).isEqualTo(0.5f);
    assertThat(ModelArtifact.load(HADOOP, run.toString()).notice()).contains("being trained anew");
    // Whoever goes on with it after a kill has the same.
    Writer again = new Writer(Overwrite.REFUSE);
    assertThat(again.run.found()).isEqualTo(RunFolder.Found.UNFINISHED);
    again.run.begin(1);
    assertThat(value(run)).isEqualTo(0.5f);
    again.run.complete(Map.of());
    assertThat(value(run)).isEqualTo(0.75f);
    assertThat(ArtifactFiles.strangers(run)).isEmpty();
    assertThat(ArtifactFiles.manifest(run).run().term()).isEqualTo(3);
  }

  /** A local disk on which something happens before files of a kind are read, once. */
  public static final class Racing extends LocalFileSystem {
    private static String kind;
    private static int reads;
    private static Runnable race;

    /**
     * @param ending of the files' names
     * @param reads of them, until it happens before the last of these
     */
    static void before(String ending, int reads, Runnable race) {
      Racing.kind = ending;
      Racing.reads = reads;
      Racing.race = race;
    }

    static Configuration conf() {
      Configuration conf = new Configuration();
      conf.set("fs.file.impl", Racing.class.getName());
      conf.setBoolean("fs.file.impl.disable.cache", true);
      return conf;
    }

    @Override
    public FSDataInputStream open(org.apache.hadoop.fs.Path file, int buffer) throws IOException {
      if (race != null && file.getName().endsWith(kind) && --reads == 0) {
        Runnable now = race;
        race = null;
        now.run();
      }
      return super.open(file, buffer);
    }
  }

  @Test
  void whatARunDropsWhileItIsReadIsReadAnewOrMissing() throws IOException {
    Configuration racing = Racing.conf();
    Writer writer = new Writer(Overwrite.REFUSE);
    writer.run.begin(-1);
    writer.write(1, 0.5f);
    writer.run.commit();
    Racing.before("parameters.safetensors", 1, () -> next(writer, 2, 0.75f));
    assertThat(ModelArtifact.open(racing, run.toString()).parameters()[0]).isEqualTo(0.75f);
    Racing.before("parameters.safetensors", 1, () -> next(writer, 3, 0.25f));
    String checkpoint = run.resolve("checkpoints/2").toString();
    assertThatThrownBy(() -> ModelArtifact.open(racing, checkpoint))
        .isInstanceOfSatisfying(
            UserException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.DATA))
        .hasMessageContaining(checkpoint)
        .hasMessageContaining("is missing: use another checkpoint of the run");
  }

  private static void next(Writer writer, int round, float value) {
    try {
      writer.write(round, value);
      writer.checkpoints.keep(1, round);
      writer.run.commit();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Lines of metrics are found whole, and gone when they are read to be kept in part. */
  @Test
  void whoFindsMetricsGoneWhileHeBeginsLooksAgainIfAnotherHasCommitted() throws IOException {
    Writer first = new Writer(Overwrite.REFUSE);
    first.run.begin(-1);
    next(first, 1, 0.5f);
    next(first, 2, 0.75f);
    Writer second = new Writer(Racing.conf(), Overwrite.REFUSE);
    assertThat(second.run.found()).isEqualTo(RunFolder.Found.UNFINISHED);
    Path metrics = run.resolve("metrics");
    List<String> before = names(metrics);
    Racing.before(
        ".jsonl",
        2,
        () -> {
          next(first, 3, 0.5f);
          next(first, 4, 0.25f); // takes the lines of all four
          assertThat(names(metrics)).doesNotContainAnyElementsOf(before);
        });
    assertThat(second.run.begin(1)).isFalse();
    assertThat(names(metrics)).isNotEqualTo(before);
    assertThat(value(run)).isEqualTo(0.25f);

    // Nobody has committed: the file system has lost it.
    Writer third = new Writer(Racing.conf(), Overwrite.REFUSE);
    Racing.before(".jsonl", 2, () -> deleteAll(metrics));
    assertThatThrownBy(() -> third.run.begin(1)).isInstanceOf(FileNotFoundException.class);
  }

  /** What is there, but for checksums of Hadoop's. */
  private static List<String> names(Path metrics) {
    return Stream.of(metrics.toFile().list()).filter(name -> name.endsWith(".jsonl")).toList();
  }

  private static void deleteAll(Path metrics) {
    for (File file : metrics.toFile().listFiles()) {
      assertThat(file.delete()).isTrue();
    }
  }

  /** A divergence is told of although no checkpoint follows it. */
  @Test
  void metricsCountWithoutAModelThatIsNewerThanTheCheckpoint() throws IOException {
    Writer writer = new Writer(Overwrite.REFUSE);
    writer.run.begin(-1);
    writer.write(1, 0.5f);
    writer.run.commit();
    writer.run.writeModel(CONTENT, model(0.75f).parameters(), details(2));
    writer.run.writeMetrics(3, List.of("{\"type\":\"divergence\",\"round\":3}"));
    writer.run.commitMetrics();
    assertThat(RunView.metrics(HADOOP, run.toString())).hasSize(2);
    assertThat(value(run)).isEqualTo(0.5f);
    Writer next = new Writer(Overwrite.REFUSE);
    next.run.begin(1);
    assertThat(RunView.metrics(HADOOP, run.toString())).hasSize(1);
  }
}

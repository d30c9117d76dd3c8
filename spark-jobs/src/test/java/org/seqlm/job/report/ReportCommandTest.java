package org.seqlm.job.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.ArtifactFiles;
import org.seqlm.Progress;
import org.seqlm.UserException;
import org.seqlm.artifact.ArtifactKind;
import org.seqlm.artifact.ArtifactWriter;
import org.seqlm.artifact.Json;
import org.seqlm.artifact.Manifest;
import org.seqlm.artifact.Overwrite;
import org.seqlm.artifact.RunState;
import org.seqlm.job.cli.JobContext;
import org.seqlm.metrics.Divergence;
import org.seqlm.metrics.Metric;
import org.seqlm.metrics.RoundMetrics;
import org.seqlm.report.ReportFixture;
import org.seqlm.report.ReportModel;
import org.seqlm.report.ReportModel.RunPart;
import org.seqlm.report.ReportModel.RunStatus;
import org.seqlm.report.page.Language;
import org.seqlm.store.FileEntry;
import org.seqlm.store.Sha256;
import org.seqlm.task.TaskModel;

class ReportCommandTest {
  private static final Configuration CONF = new Configuration();
  @TempDir Path root;

  @BeforeEach
  void artifacts() throws IOException {
    write("data/set", ArtifactKind.DATASET, ReportFixture.dataset(), Map.of());
    write(
        "evaluation",
        ArtifactKind.EVALUATION,
        Map.of(),
        Map.of("evaluation.json", Json.pretty(ReportFixture.evaluation())));
    write(
        "ngrams",
        ArtifactKind.NGRAMS,
        Map.of(),
        Map.of(
            "top.tsv", "1\t1\tthe\t9\n1\t2\t<b>\t4\n2\t1\tof the\t3\n",
            "counts-of-counts.tsv", "1\t1\t500\n1\t2\t80\n1\t3+\t70\n",
            "zipf.tsv", "1\t900\t880.5\n2\t400\t\n",
            "statistics.json",
                "{\"statistics\":{\"orders\":[{\"order\":1,\"total\":1300,\"types\":650}],"
                    + "\"zipf\":{\"exponent\":1.125}},\"scored\":\"valid split\",\"models\":["
                    + "{\"estimator\":\"add-k\",\"order\":2,\"k\":0.1,\"tokens\":10,"
                    + "\"zero-probability\":0,\"bits-per-token\":3.5,\"perplexity\":11.31},"
                    + "{\"estimator\":\"mle\",\"order\":2,\"k\":null,\"tokens\":10,"
                    + "\"zero-probability\":4,\"bits-per-token\":null,\"perplexity\":null}]}"));
    RunPart run = ReportFixture.run(RunStatus.COMPLETE, "The end.");
    Files.createDirectories(root.resolve("lstm/metrics"));
    StringBuilder early = new StringBuilder();
    StringBuilder late = new StringBuilder();
    for (RoundMetrics round : run.rounds()) {
      line(round.round() <= 20 ? early : late, "round", round);
    }
    run.validations().forEach(v -> line(v.round() <= 20 ? early : late, "validation", v));
    // A second segment tells round 20 again, as after a resume.
    line(
        late,
        "round",
        new RoundMetrics(20, 1, 400, 409_600, 9.75, 0.008, 2, null, null, null, null));
    Files.writeString(root.resolve("lstm/metrics/00000020.jsonl"), early);
    Files.writeString(root.resolve("lstm/metrics/00000040.jsonl"), late);
    // Parts of the run itself are no reports of their own.
    write("lstm/model", ArtifactKind.MODEL, Map.of(), Map.of());
    list("lstm", "metrics/00000020.jsonl", "metrics/00000040.jsonl", "model/manifest.json");
  }

  /** The manifest of a run that is not finished. */
  private void list(String run, String... files) throws IOException {
    list(run, RunState.Phase.TRAINING, null, files);
  }

  private void list(String run, RunState.Phase phase, Object details, String... files)
      throws IOException {
    list(run, "corpus", phase, details, files);
  }

  private void list(String run, String input, RunState.Phase phase, Object details, String... files)
      throws IOException {
    List<FileEntry> entries = new ArrayList<>();
    for (String file : files) {
      byte[] content = Files.readAllBytes(root.resolve(run).resolve(file));
      entries.add(new FileEntry(file, content.length, Sha256.of(content)));
    }
    Manifest manifest =
        Manifest.of(ArtifactKind.RUN, Map.of(input, "c0ffee"), Map.of("rounds", 40), 7, details)
            .withFiles(entries, null)
            .withRun(new RunState(1, "0123456789ab", "job", phase, null));
    Files.writeString(root.resolve(run).resolve("manifest-3.json"), Json.pretty(manifest));
  }

  private static void line(StringBuilder out, String type, Object metrics) {
    ObjectNode node = Json.mapper().createObjectNode().put("type", type);
    node.setAll((ObjectNode) Json.tree(metrics));
    out.append(Json.line(node)).append('\n');
  }

  private void write(String name, ArtifactKind kind, Object details, Map<String, String> files)
      throws IOException {
    String target = root.resolve(name).toString();
    try (ArtifactWriter writer = ArtifactWriter.create(CONF, target, Overwrite.REFUSE)) {
      for (Map.Entry<String, String> file : files.entrySet()) {
        writer.write(file.getKey(), file.getValue());
      }
      writer.publish(Manifest.of(kind, Map.of("corpus", "c0ffee"), Map.of("seed", 3), 3, details));
    }
  }

  private ReportResult run(Path input, Path output, Overwrite overwrite) throws Exception {
    return run(input, output, overwrite, Progress.SILENT);
  }

  private ReportResult run(Path input, Path output, Overwrite overwrite, Progress progress)
      throws Exception {
    ReportConfig config =
        new ReportConfig(input.toString(), output.toString(), null, Language.EN, 1, 0);
    try (JobContext context = new JobContext("report", null, overwrite, progress)) {
      return new ReportCommand().run(config, context);
    }
  }

  /** Remembers what a console would show. */
  private static final class Console implements Progress {
    private final List<String> messages = new ArrayList<>();

    @Override
    public void stage(String name, long total, String unit) {}

    @Override
    public void update(long done, String detail) {}

    @Override
    public void message(String line) {
      messages.add(line);
    }
  }

  /** As a flipped bit leaves it where no file system sees it. */
  private void damage(String file, String content) throws IOException {
    damage(root.resolve(file), content);
  }

  private static void damage(Path path, String content) throws IOException {
    Files.writeString(path, content);
    Files.deleteIfExists(path.resolveSibling("." + path.getFileName() + ".crc"));
  }

  @Test
  void whatIsWholeIsDrawnAndWhatIsDamagedIsNamed() throws Exception {
    for (String other : List.of("lstm2", "lstm3")) {
      Files.createDirectories(root.resolve(other + "/metrics"));
      Files.createDirectories(root.resolve(other + "/checkpoints"));
      for (String file :
          List.of("manifest-3.json", "metrics/00000020.jsonl", "metrics/00000040.jsonl")) {
        Files.copy(root.resolve("lstm/" + file), root.resolve(other + "/" + file));
      }
    }
    damage("lstm/metrics/00000020.jsonl", "{\"type\":\"round\",\"rou");
    damage("lstm2/manifest-3.json", "\0\0\0garbage");
    damage(ArtifactFiles.file(root.resolve("evaluation"), "evaluation.json"), "{}");
    damage("data/set/manifest.json", "");
    Console console = new Console();
    Path page = root.resolve("page.html");
    ReportResult result = run(root, page, Overwrite.REFUSE, console);
    for (List<String> told : List.of(result.notes(), console.messages)) {
      assertThat(told)
          .anyMatch(
              note ->
                  note.contains("left out of lstm: ")
                      && note.contains("lstm/metrics/00000020.jsonl is damaged: line 1 is no JSON"))
          .anyMatch(
              note ->
                  note.contains("left out of lstm2: ")
                      && note.contains("lstm2/manifest-3.json is damaged: it is no JSON"))
          .anyMatch(note -> note.contains("evaluation.json is damaged"))
          .anyMatch(note -> note.contains("data/set/manifest.json is damaged: it is empty"));
    }
    assertThat(Files.readString(page)).contains("evaluation.json is damaged");

    ReportModel model = ReportCollector.collect(CONF, root.toString(), null);
    // Of the second nobody knows any more what it holds.
    assertThat(model.runs().stream().map(RunPart::name)).containsExactly("lstm", "lstm3");
    // The other segment of the damaged run is drawn: round 20 again, and what follows.
    assertThat(model.runs().get(0).rounds()).hasSize(21);
    assertThat(model.runs().get(1).rounds()).hasSize(40);
    assertThat(model.ngrams()).hasSize(1);
    assertThat(model.evaluations()).isEmpty();
    assertThat(model.datasets()).isEmpty();
  }

  @Test
  void aRunThatDivergedIsNotOneThatIsNotFinished() throws Exception {
    StringBuilder last = new StringBuilder();
    line(last, "divergence", new Divergence(41, "the training diverged in round 41"));
    Files.writeString(root.resolve("lstm/metrics/00000041.jsonl"), last);
    list("lstm", "metrics/00000020.jsonl", "metrics/00000040.jsonl", "metrics/00000041.jsonl");
    ReportModel model = ReportCollector.collect(CONF, root.toString(), null);
    assertThat(model.runs().get(0).status()).isEqualTo(RunStatus.DIVERGED);
    assertThat(model.runs().get(0).divergence().round()).isEqualTo(41);
    assertThat(model.runs().get(0).rounds()).hasSize(40);
    assertThat(model.sources().get(2).kind()).isEqualTo("run, diverged");
    assertThat(model.notes()).isEmpty(); // it stands with the run
    Console console = new Console();
    Path page = root.resolve("page.html");
    assertThat(run(root, page, Overwrite.REFUSE, console).notes())
        .containsExactly("lstm: the training diverged in round 41");
    assertThat(console.messages).containsExactly("note: lstm: the training diverged in round 41");
  }

  /** What a complete run says of its best model counts, whatever its looks were. */
  @Test
  void theBestModelIsTheResults() throws IOException {
    Map<String, Object> result = Map.of("best-round", 5, "validation-perplexity", 8.5);
    for (RunState.Phase phase : RunState.Phase.values()) {
      list("lstm", phase, result, "metrics/00000020.jsonl");
      RunPart run = ReportCollector.collect(CONF, root.toString(), null).runs().get(0);
      assertThat(run.best())
          .isEqualTo(
              phase == RunState.Phase.COMPLETE ? ReportModel.BestModel.ofText(5, 8.5) : null);
    }
    list("lstm", RunState.Phase.COMPLETE, Map.of("best-round", 5), "metrics/00000020.jsonl");
    assertThat(ReportCollector.collect(CONF, root.toString(), null).runs().get(0).best()).isNull();
  }

  @Test
  void aRunOverExamplesSaysWhatItTrained() throws IOException {
    RunPart expected = ReportFixture.taskRun("tagger", 0.985);
    write(
        "tagger/model",
        ArtifactKind.MODEL,
        new TaskModel.Details("lstm 1x64 both ways, 3 tags", "tag", 58_986, 30, 9, null, null, 1.0),
        Map.of("examples.json", Json.pretty(ReportFixture.examples())));
    Files.createDirectories(root.resolve("tagger/metrics"));
    StringBuilder lines = new StringBuilder();
    expected.rounds().forEach(round -> line(lines, "round", round));
    expected.metrics().tasks().forEach(look -> line(lines, "task", look));
    Files.writeString(root.resolve("tagger/metrics/00000040.jsonl"), lines);
    String[] files = {"metrics/00000040.jsonl", "model/manifest.json"};
    list("tagger", "examples", RunState.Phase.TRAINING, null, files);
    write("tags", ArtifactKind.EXAMPLES, ReportFixture.examples(), Map.of());
    write(
        "tags-test",
        ArtifactKind.EVALUATION,
        Map.of(),
        Map.of("task-evaluation.json", Json.pretty(ReportFixture.taskEvaluation())));

    ReportModel model = ReportCollector.collect(CONF, root.toString(), null);
    assertThat(model.notes()).isEmpty();
    RunPart run = model.runs().get(1);
    assertThat(run.trained()).isEqualTo(expected.trained());
    assertThat(run.metrics().tasks()).isEqualTo(expected.metrics().tasks());
    assertThat(run.best()).isNull();
    assertThat(model.runs().get(0).trained()).isNull();
    assertThat(model.examples().get(0).details()).isEqualTo(ReportFixture.examples());
    assertThat(model.sources().get(5).details()).contains("task: tag").doesNotContain("NOUN");

    assertThat(model.taskEvaluations().get(0).evaluation())
        .isEqualTo(ReportFixture.taskEvaluation());
    assertThat(model.evaluations()).hasSize(1);

    Metric metric = new Metric("accuracy", 0.981, Metric.Direction.LARGER);
    Map<String, Object> result =
        Map.of("best-round", 30, "validation-nats", 0.5, "validation-metric", metric);
    list("tagger", "examples", RunState.Phase.COMPLETE, result, files);
    String tagger = root.resolve("tagger").toString();
    assertThat(ReportCollector.collect(CONF, tagger, null).runs().get(0).best())
        .isEqualTo(new ReportModel.BestModel(30, 0.5, metric));
    // Before the first look there is no model to say it.
    list("tagger", "examples", RunState.Phase.TRAINING, null);
    assertThat(ReportCollector.collect(CONF, tagger, null).runs().get(0).trained())
        .isEqualTo(ReportModel.Trained.UNKNOWN);
  }

  @Test
  void collectsAllArtifactsOfAFolder() throws IOException {
    ReportModel model = ReportCollector.collect(CONF, root.toString(), null);
    assertThat(model.title()).isEqualTo(root.getFileName().toString());
    assertThat(model.sources().stream().map(ReportModel.Source::name))
        .containsExactly("data/set", "evaluation", "lstm", "ngrams");
    assertThat(model.datasets().get(0).details()).isEqualTo(ReportFixture.dataset());
    assertThat(model.sources().get(0).details()).contains("tokens: 435409").doesNotContain("segm");
    assertThat(model.evaluations().get(0).evaluation()).isEqualTo(ReportFixture.evaluation());

    RunPart expected = ReportFixture.run(RunStatus.INCOMPLETE, "The end.");
    RunPart run = model.runs().get(0);
    assertThat(run.status()).isEqualTo(RunStatus.INCOMPLETE);
    assertThat(run.validations()).isEqualTo(expected.validations());
    assertThat(run.rounds()).hasSameSizeAs(expected.rounds());
    assertThat(run.rounds().get(19).loss()).isEqualTo(9.75); // told last
    assertThat(run.rounds().get(20)).isEqualTo(expected.rounds().get(20));
    assertThat(model.notes()).isEmpty();
    assertThat(model.sources().get(2).config()).contains("rounds: 40");

    ReportModel.NgramsPart ngrams = model.ngrams().get(0);
    assertThat(ngrams.top()).contains(new ReportModel.TopNgram(2, 1, "of the", 3));
    assertThat(ngrams.countsOfCounts())
        .endsWith(
            new ReportModel.CountOfCounts(1, 3, ReportModel.CountOfCounts.Bound.AT_LEAST, 70));
    assertThat(ngrams.zipf())
        .containsExactly(
            new ReportModel.ZipfPoint(1, 900, 880.5), new ReportModel.ZipfPoint(2, 400, null));
    assertThat(ngrams.exponent()).isEqualTo(1.125);
    assertThat(ngrams.models())
        .containsExactly(
            new ReportModel.MarkovScore("2-gram add-k 0.1", 10, 0, 3.5, 11.31),
            new ReportModel.MarkovScore("2-gram mle", 10, 4, null, null));
  }

  @Test
  void writesThePageOnceAndAlwaysTheSame() throws Exception {
    Path a = root.resolve("out/a.html");
    ReportResult result = run(root, a, Overwrite.REFUSE);
    assertThat(Files.size(a)).isEqualTo(result.bytes());
    assertThat(result.notes())
        .containsExactly("lstm: the training is not finished, this is what there is so far");
    String page = Files.readString(a, StandardCharsets.UTF_8);
    assertThat(page).contains("&lt;b&gt;").doesNotContain("<b>\t").contains("Not finished");
    assertThatThrownBy(() -> run(root, a, Overwrite.REFUSE))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("give --overwrite");
    run(root, a, Overwrite.REPLACE);
    run(root, root.resolve("out/b.html"), Overwrite.REFUSE);
    assertThat(root.resolve("out/b.html")).hasSameBinaryContentAs(a);
    assertThat(root.resolve("out/.a.html.incomplete")).doesNotExist();
  }

  @Test
  void reportsOneArtifact() throws Exception {
    ReportModel model = ReportCollector.collect(CONF, root.resolve("lstm").toString(), "Mine");
    assertThat(model.title()).isEqualTo("Mine");
    assertThat(model.runs()).hasSize(1);
    assertThat(model.sources()).hasSize(1);
  }

  @Test
  void saysInOneLineWhatIsWrong() throws Exception {
    Path empty = Files.createDirectories(root.resolve("elsewhere/empty"));
    Path page = root.resolve("x.html");
    assertThatThrownBy(() -> run(empty, page, Overwrite.REFUSE))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("holds no artifact");
    assertThatThrownBy(() -> run(root.resolve("nowhere"), page, Overwrite.REFUSE))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("does not exist");
    assertThatThrownBy(() -> run(root, empty, Overwrite.REPLACE))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("is a folder");
    Path manifest = root.resolve("ngrams/manifest.json");
    assertThatThrownBy(() -> run(root, manifest, Overwrite.REPLACE))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("exists and is no HTML page");
    damage(ArtifactFiles.file(root.resolve("ngrams"), "top.tsv"), "1\t1\tthe\n");
    assertThatThrownBy(() -> run(root.resolve("ngrams"), page, Overwrite.REFUSE))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("needs 4 columns");
    assertThat(page).doesNotExist();
    // Among others it is named in the report.
    assertThat(run(root, page, Overwrite.REFUSE).notes())
        .anyMatch(note -> note.contains("needs 4 columns"));
    damage(ArtifactFiles.file(root.resolve("ngrams"), "top.tsv"), "1\tx\tthe\t4\n");
    assertThatThrownBy(() -> run(root.resolve("ngrams"), page, Overwrite.REPLACE))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("is damaged");
  }
}

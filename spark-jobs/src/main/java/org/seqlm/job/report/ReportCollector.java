package org.seqlm.job.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.seqlm.ExitCode;
import org.seqlm.UserException;
import org.seqlm.analysis.AnalysisDetails;
import org.seqlm.artifact.ArtifactKind;
import org.seqlm.artifact.ArtifactReader;
import org.seqlm.artifact.Json;
import org.seqlm.artifact.Manifest;
import org.seqlm.artifact.RunLayout;
import org.seqlm.dataset.DatasetDetails;
import org.seqlm.dataset.ExamplesDetails;
import org.seqlm.job.cli.ConfigText;
import org.seqlm.metrics.Evaluation;
import org.seqlm.metrics.Night;
import org.seqlm.metrics.TaskEvaluation;
import org.seqlm.neural.files.RunView;
import org.seqlm.report.ReportModel;
import org.seqlm.report.ReportModel.AnalysisPart;
import org.seqlm.report.ReportModel.DatasetPart;
import org.seqlm.report.ReportModel.EvaluationPart;
import org.seqlm.report.ReportModel.ExamplesPart;
import org.seqlm.report.ReportModel.NgramsPart;
import org.seqlm.report.ReportModel.NightPart;
import org.seqlm.report.ReportModel.PredictionsPart;
import org.seqlm.report.ReportModel.RunPart;
import org.seqlm.report.ReportModel.RunStatus;
import org.seqlm.report.ReportModel.Source;
import org.seqlm.report.ReportModel.TaskEvaluationPart;
import org.seqlm.store.Paths;
import org.seqlm.task.predict.PredictionDetails;

/**
 * Finds artifacts, those below a folder by rising path, or one, and gathers them in a {@link
 * ReportModel}. Small files only are read: no counts, no parameters. What is damaged is left out
 * and named in a note.
 */
final class ReportCollector {
  private static final String EVALUATION = "evaluation.json";
  private static final String TASK_EVALUATION = "task-evaluation.json";

  private static final int MAX_DEPTH = 3;

  private final Configuration conf;
  private final List<NightPart> nights = new ArrayList<>();
  private final List<DatasetPart> datasets = new ArrayList<>();
  private final List<ExamplesPart> examples = new ArrayList<>();
  private final List<RunPart> runs = new ArrayList<>();
  private final List<EvaluationPart> evaluations = new ArrayList<>();
  private final List<TaskEvaluationPart> taskEvaluations = new ArrayList<>();
  private final List<PredictionsPart> predictions = new ArrayList<>();
  private final List<NgramsPart> ngrams = new ArrayList<>();
  private final List<AnalysisPart> analyses = new ArrayList<>();
  private final List<Source> sources = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();
  private final List<String> damages = new ArrayList<>();

  private ReportCollector(Configuration conf) {
    this.conf = conf;
  }

  /**
   * Reads what is there.
   *
   * @param title of the page, null for one made of the folder's name
   * @throws UserException with exit code 3 if there is nothing to report, or nothing but damage
   */
  static ReportModel collect(Configuration conf, String input, String title) throws IOException {
    Path given = Paths.of(input);
    FileSystem fs = given.getFileSystem(conf);
    // Hadoop's name of the working folder, ".", is no path to give it again.
    Path folder = given.toString().isEmpty() ? fs.makeQualified(given) : given;
    if (!fs.exists(folder)) {
      throw UserException.data("input " + input + " does not exist");
    }
    if (!fs.getFileStatus(folder).isDirectory()) {
      throw UserException.data(
          "input " + input + " is a file: give an artifact's folder, or a folder of artifacts");
    }
    ReportCollector collector = new ReportCollector(conf);
    String name = fs.makeQualified(folder).getName();
    collector.visit(fs, folder, name.isEmpty() ? input : name, "", 0);
    if (collector.sources.isEmpty() && !collector.damages.isEmpty()) {
      throw UserException.of(ExitCode.DATA, collector.damages);
    }
    if (collector.sources.isEmpty()) {
      throw UserException.data(
          "input "
              + input
              + " holds no artifact (no "
              + Manifest.FILE_NAME
              + " up to "
              + MAX_DEPTH
              + " levels down): give the output of prepare, ngrams, corpus, train, evaluate,"
              + " predict or quickstart");
    }
    return new ReportModel(
        title == null ? name : title,
        collector.nights,
        collector.datasets,
        collector.examples,
        collector.runs,
        collector.evaluations,
        collector.taskEvaluations,
        collector.predictions,
        collector.ngrams,
        collector.analyses,
        collector.sources,
        collector.notes);
  }

  private void visit(FileSystem fs, Path folder, String name, String prefix, int depth)
      throws IOException {
    try {
      RunView run = RunView.find(conf, folder.toString());
      if (run != null && !run.isComplete()) {
        addUnfinished(run, name);
        return;
      }
      if (run != null) {
        add(run, name);
        return;
      }
      if (ArtifactReader.isArtifact(fs, folder)) {
        ArtifactReader artifact = ArtifactReader.open(conf, folder.toString());
        add(fs, artifact, name);
        // A quickstart is a folder of artifacts.
        if (artifact.manifest().kind() != ArtifactKind.QUICKSTART) {
          return;
        }
      }
    } catch (UserException e) {
      leaveOut(name, e);
      if (RunLayout.isRun(fs, folder)) {
        return; // its checkpoints and model belong to it
      }
    }
    if (depth == MAX_DEPTH) {
      return;
    }
    FileStatus[] children = fs.listStatus(folder);
    Arrays.sort(children, Comparator.comparing(status -> status.getPath().getName()));
    for (FileStatus child : children) {
      String childName = child.getPath().getName();
      if (child.isDirectory() && !childName.startsWith(".") && !childName.startsWith("_")) {
        String path = prefix + childName;
        visit(fs, child.getPath(), path, path + "/", depth + 1);
      }
    }
  }

  private void leaveOut(String name, UserException damage) {
    if (damage.exitCode() != ExitCode.DATA) {
      throw damage;
    }
    damages.addAll(damage.problems());
    damage.problems().forEach(problem -> notes.add("left out of " + name + ": " + problem));
  }

  private void addUnfinished(RunView run, String name) throws IOException {
    RunPart part = run(run, name, RunStatus.INCOMPLETE);
    boolean diverged = part.status() == RunStatus.DIVERGED;
    sources.add(
        new Source(
            name,
            diverged ? "run, diverged" : "run, not finished",
            "–",
            run.manifest().seed(),
            "",
            Map.of(),
            "",
            text(run.manifest().config())));
    runs.add(part);
  }

  private void add(RunView run, String name) throws IOException {
    runs.add(run(run, name, RunStatus.COMPLETE));
    addSource(run.manifest(), name);
  }

  private void add(FileSystem fs, ArtifactReader artifact, String name) throws IOException {
    Manifest manifest = artifact.manifest();
    try {
      addPart(fs, artifact, name);
    } catch (IllegalArgumentException | JsonProcessingException e) {
      // A number that is none, a key that is missing.
      throw UserException.data(artifact.name() + " is damaged: " + e.getMessage(), e);
    }
    addSource(manifest, name);
  }

  private void addSource(Manifest manifest, String name) {
    sources.add(
        new Source(
            name,
            Json.name(manifest.kind()),
            manifest.producer(),
            manifest.seed(),
            manifest.fingerprint(),
            manifest.inputs(),
            text(withoutLists(manifest.details())),
            text(manifest.config())));
  }

  private void addPart(FileSystem fs, ArtifactReader artifact, String name) throws IOException {
    Manifest manifest = artifact.manifest();
    switch (manifest.kind()) {
      case DATASET -> datasets.add(new DatasetPart(name, artifact.details(DatasetDetails.class)));
      case EVALUATION -> addEvaluation(artifact, name);
      case NIGHT -> nights.add(new NightPart(name, artifact.readJson("night.json", Night.class)));
      case EXAMPLES ->
          examples.add(new ExamplesPart(name, artifact.details(ExamplesDetails.class)));
      case PREDICTIONS ->
          predictions.add(new PredictionsPart(name, artifact.details(PredictionDetails.class)));
      case NGRAMS -> ngrams.add(NgramsPartReader.read(fs, artifact, name));
      case ANALYSIS ->
          analyses.add(new AnalysisPart(name, artifact.details(AnalysisDetails.class)));
      case RUN,
          MODEL,
          MODEL_ONNX,
          MIXTURE,
          SCORES,
          CHECKPOINT,
          QUICKSTART,
          REGISTRY,
          DRIFT,
          SAMPLES,
          NGRAMS_PARQUET,
          NGRAMS_TSV -> {}
    }
  }

  /** Of examples there is another file. */
  private void addEvaluation(ArtifactReader artifact, String name) throws IOException {
    if (artifact.manifest().files().stream().anyMatch(file -> file.path().equals(EVALUATION))) {
      evaluations.add(new EvaluationPart(name, artifact.readJson(EVALUATION, Evaluation.class)));
    } else {
      taskEvaluations.add(
          new TaskEvaluationPart(name, artifact.readJson(TASK_EVALUATION, TaskEvaluation.class)));
    }
  }

  private RunPart run(RunView run, String name, RunStatus status) throws IOException {
    return RunPartReader.read(run, name, status, damage -> leaveOut(name, damage));
  }

  /**
   * The length of each stored segment of a dataset interests nobody and may be long. So it is with
   * the blocks of examples and with their labels, of which a section shows the most frequent.
   */
  private static JsonNode withoutLists(JsonNode details) {
    if (details != null && details.has("analysis")) {
      return null; // its section
    }
    if (details == null || !details.has("splits")) {
      return details;
    }
    ObjectNode copy = details.deepCopy();
    copy.remove("labels");
    copy.get("splits")
        .forEach(split -> ((ObjectNode) split).remove(List.of("segments", "blocks", "labels")));
    return copy;
  }

  private static String text(JsonNode node) {
    return node == null || node.isNull() || node.isEmpty() ? "" : ConfigText.yaml(node).strip();
  }
}

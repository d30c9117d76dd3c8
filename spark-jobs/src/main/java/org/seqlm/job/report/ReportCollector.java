package org.seqlm.job.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
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
import org.seqlm.artifact.ArtifactKind;
import org.seqlm.artifact.ArtifactReader;
import org.seqlm.artifact.Json;
import org.seqlm.artifact.Manifest;
import org.seqlm.artifact.Paths;
import org.seqlm.artifact.RunLayout;
import org.seqlm.artifact.SmallFile;
import org.seqlm.dataset.DatasetDetails;
import org.seqlm.job.cli.ConfigLoader;
import org.seqlm.neural.files.RunFolder;
import org.seqlm.report.Divergence;
import org.seqlm.report.Evaluation;
import org.seqlm.report.ReportModel;
import org.seqlm.report.ReportModel.CountOfCounts;
import org.seqlm.report.ReportModel.DatasetPart;
import org.seqlm.report.ReportModel.EvaluationPart;
import org.seqlm.report.ReportModel.MarkovScore;
import org.seqlm.report.ReportModel.NgramsPart;
import org.seqlm.report.ReportModel.OrderTotals;
import org.seqlm.report.ReportModel.RunPart;
import org.seqlm.report.ReportModel.RunStatus;
import org.seqlm.report.ReportModel.Source;
import org.seqlm.report.ReportModel.TopNgram;
import org.seqlm.report.ReportModel.ZipfPoint;
import org.seqlm.report.RoundMetrics;
import org.seqlm.report.ValidationMetrics;

/**
 * Reads artifacts into a {@link ReportModel}: those below a folder, by rising path, or one. It
 * reads small files only: no counts, no parameters. What is damaged is left out and named in a
 * note.
 */
final class ReportCollector {
  private static final int MAX_DEPTH = 3;

  private final Configuration conf;
  private final List<DatasetPart> datasets = new ArrayList<>();
  private final List<RunPart> runs = new ArrayList<>();
  private final List<EvaluationPart> evaluations = new ArrayList<>();
  private final List<NgramsPart> ngrams = new ArrayList<>();
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
    Path folder = Paths.of(input);
    FileSystem fs = folder.getFileSystem(conf);
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
              + " or "
              + RunLayout.FILE
              + " up to "
              + MAX_DEPTH
              + " levels down): give the output of prepare, ngrams, train, evaluate or quickstart");
    }
    return new ReportModel(
        title == null ? name : title,
        collector.datasets,
        collector.runs,
        collector.evaluations,
        collector.ngrams,
        collector.sources,
        collector.notes);
  }

  private void visit(FileSystem fs, Path folder, String name, String prefix, int depth)
      throws IOException {
    if (fs.exists(new Path(folder, Manifest.FILE_NAME))) {
      try {
        ArtifactReader artifact = ArtifactReader.open(conf, folder.toString());
        add(fs, artifact, name);
        // A run's checkpoints and model belong to it; a quickstart is a folder of artifacts.
        if (artifact.manifest().kind() != ArtifactKind.QUICKSTART) {
          return;
        }
      } catch (UserException e) {
        leaveOut(name, e);
        if (fs.exists(new Path(folder, RunLayout.FILE))) {
          return;
        }
      }
    } else if (fs.exists(new Path(folder, RunLayout.FILE))) {
      addUnfinished(fs, folder, name);
      return;
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

  private void addUnfinished(FileSystem fs, Path folder, String name) throws IOException {
    JsonNode run = Json.mapper().createObjectNode();
    try {
      Path file = new Path(folder, RunLayout.FILE);
      run = SmallFile.object(fs, file, file.toString(), SmallFile.Remedy.NONE);
    } catch (UserException e) {
      leaveOut(name, e);
    }
    RunPart part = run(folder, name, RunStatus.INCOMPLETE);
    boolean diverged = part.status() == RunStatus.DIVERGED;
    sources.add(
        new Source(
            name,
            diverged ? "run, diverged" : "run, not finished",
            "–",
            run.path("seed").asLong(0),
            "",
            Map.of(),
            "",
            text(run)));
    runs.add(part);
    notes.add(
        diverged
            ? "run " + name + ": " + part.divergence().reason()
            : "run " + name + " is not finished: it has no " + Manifest.FILE_NAME + " yet");
  }

  private void add(FileSystem fs, ArtifactReader artifact, String name) throws IOException {
    Manifest manifest = artifact.manifest();
    try {
      addPart(fs, artifact, name);
    } catch (IllegalArgumentException | JsonProcessingException e) {
      // A number that is none, a key that is missing.
      throw UserException.data(artifact.name() + " is damaged: " + e.getMessage(), e);
    }
    sources.add(
        new Source(
            name,
            Json.name(manifest.kind()),
            manifest.producer(),
            manifest.seed(),
            manifest.fingerprint(),
            manifest.inputs(),
            text(withoutSegments(manifest.details())),
            text(manifest.config())));
  }

  private void addPart(FileSystem fs, ArtifactReader artifact, String name) throws IOException {
    Manifest manifest = artifact.manifest();
    switch (manifest.kind()) {
      case DATASET -> datasets.add(new DatasetPart(name, manifest.details(DatasetDetails.class)));
      case RUN -> runs.add(run(artifact.folder(), name, RunStatus.COMPLETE));
      case EVALUATION ->
          evaluations.add(
              new EvaluationPart(
                  name,
                  Json.mapper()
                      .readValue(artifact.readVerified("evaluation.json"), Evaluation.class)));
      case NGRAMS -> ngrams.add(ngrams(fs, artifact, name));
      case MODEL, MIXTURE, SCORES, CHECKPOINT, QUICKSTART, NGRAMS_PARQUET, NGRAMS_TSV -> {}
    }
  }

  private RunPart run(Path folder, String name, RunStatus status) throws IOException {
    List<RoundMetrics> rounds = new ArrayList<>();
    List<ValidationMetrics> validations = new ArrayList<>();
    Divergence divergence = null;
    List<JsonNode> metrics =
        RunFolder.metrics(conf, folder.toString(), damage -> leaveOut(name, damage));
    for (JsonNode line : metrics) {
      ObjectNode node = (ObjectNode) line;
      String type = node.path("type").asText();
      node.remove("type");
      try {
        switch (type) {
          case "round" -> rounds.add(Json.mapper().treeToValue(node, RoundMetrics.class));
          case "validation" ->
              validations.add(Json.mapper().treeToValue(node, ValidationMetrics.class));
          case "divergence" -> divergence = Json.mapper().treeToValue(node, Divergence.class);
          default -> {}
        }
      } catch (JsonProcessingException e) {
        leaveOut(name, UserException.data(folder + " has a line that is no metrics: " + line, e));
      }
    }
    // A run that was resumed may have told a round twice; the later telling counts.
    return new RunPart(
        name,
        divergence == null ? status : RunStatus.DIVERGED,
        latest(rounds, RoundMetrics::round),
        latest(validations, ValidationMetrics::round),
        divergence);
  }

  private static <T> List<T> latest(List<T> values, java.util.function.ToIntFunction<T> round) {
    java.util.TreeMap<Integer, T> byRound = new java.util.TreeMap<>();
    values.forEach(value -> byRound.put(round.applyAsInt(value), value));
    return List.copyOf(byRound.values());
  }

  private NgramsPart ngrams(FileSystem fs, ArtifactReader artifact, String name)
      throws IOException {
    List<TopNgram> top = new ArrayList<>();
    for (String[] row : table(fs, artifact, "top.tsv", 4)) {
      top.add(
          new TopNgram(
              Integer.parseInt(row[0]), Integer.parseInt(row[1]), row[2], Long.parseLong(row[3])));
    }
    List<CountOfCounts> counts = new ArrayList<>();
    for (String[] row : table(fs, artifact, "counts-of-counts.tsv", 3)) {
      boolean more = row[1].endsWith("+");
      counts.add(
          new CountOfCounts(
              Integer.parseInt(row[0]),
              Long.parseLong(more ? row[1].substring(0, row[1].length() - 1) : row[1]),
              more ? CountOfCounts.Bound.AT_LEAST : CountOfCounts.Bound.EXACTLY,
              Long.parseLong(row[2])));
    }
    List<ZipfPoint> zipf = new ArrayList<>();
    for (String[] row : table(fs, artifact, "zipf.tsv", 3)) {
      zipf.add(
          new ZipfPoint(
              Long.parseLong(row[0]),
              Long.parseLong(row[1]),
              row[2].isEmpty() ? null : Double.valueOf(row[2])));
    }
    Path file = new Path(artifact.folder(), "statistics.json");
    JsonNode report =
        fs.exists(file)
            ? SmallFile.object(fs, file, file.toString(), SmallFile.Remedy.NONE)
            : Json.mapper().createObjectNode();
    List<OrderTotals> orders = new ArrayList<>();
    for (JsonNode order : report.path("statistics").path("orders")) {
      orders.add(
          new OrderTotals(
              order.path("order").asInt(),
              order.path("total").asLong(),
              order.path("types").asLong()));
    }
    List<MarkovScore> models = new ArrayList<>();
    for (JsonNode model : report.path("models")) {
      models.add(
          new MarkovScore(
              model.path("order").asInt()
                  + "-gram "
                  + model.path("estimator").asText()
                  + (model.path("k").isNumber() ? " " + model.path("k").asText() : ""),
              model.path("tokens").asLong(),
              model.path("zero-probability").asLong(),
              number(model.path("bits-per-token")),
              number(model.path("perplexity"))));
    }
    return new NgramsPart(
        name,
        orders,
        top,
        counts,
        zipf,
        number(report.path("statistics").path("zipf").path("exponent")),
        report.path("scored").isTextual() ? report.path("scored").asText() : "?",
        models);
  }

  private static Double number(JsonNode node) {
    return node.isNumber() ? node.asDouble() : null;
  }

  /** Rows of tab-separated columns; none if the file is not there. */
  private static List<String[]> table(
      FileSystem fs, ArtifactReader artifact, String file, int columns) throws IOException {
    Path path = new Path(artifact.folder(), file);
    List<String[]> rows = new ArrayList<>();
    if (!fs.exists(path)) {
      return rows;
    }
    for (String line : lines(fs, path)) {
      String[] row = line.split("\t", -1);
      if (row.length != columns) {
        throw UserException.data(
            path + " needs " + columns + " columns in each line, but has: " + line);
      }
      rows.add(row);
    }
    return rows;
  }

  private static List<String> lines(FileSystem fs, Path file) throws IOException {
    byte[] content = SmallFile.bytes(fs, file, file.toString(), SmallFile.Remedy.NONE);
    String text = new String(content, StandardCharsets.UTF_8);
    return Arrays.stream(text.split("\n", -1)).filter(line -> !line.isEmpty()).toList();
  }

  /** The length of each stored segment of a dataset interests nobody and may be long. */
  private static JsonNode withoutSegments(JsonNode details) {
    if (details == null || !details.has("splits")) {
      return details;
    }
    JsonNode copy = details.deepCopy();
    copy.get("splits").forEach(split -> ((ObjectNode) split).remove("segments"));
    return copy;
  }

  private static String text(JsonNode node) {
    return node == null || node.isNull() || node.isEmpty() ? "" : ConfigLoader.yaml(node).strip();
  }
}

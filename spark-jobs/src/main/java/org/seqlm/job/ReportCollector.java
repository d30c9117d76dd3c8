package org.seqlm.job;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
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
import org.seqlm.UserException;
import org.seqlm.artifact.ArtifactKind;
import org.seqlm.artifact.ArtifactReader;
import org.seqlm.artifact.Json;
import org.seqlm.artifact.Manifest;
import org.seqlm.artifact.Paths;
import org.seqlm.dataset.DatasetDetails;
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
 * reads small files only: no counts, no parameters.
 */
final class ReportCollector {
  /** Written when a run begins; it marks a run that has no manifest yet. */
  private static final String RUN_FILE = "run.json";

  private static final int MAX_DEPTH = 3;

  private final Configuration conf;
  private final List<DatasetPart> datasets = new ArrayList<>();
  private final List<RunPart> runs = new ArrayList<>();
  private final List<EvaluationPart> evaluations = new ArrayList<>();
  private final List<NgramsPart> ngrams = new ArrayList<>();
  private final List<Source> sources = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();

  private ReportCollector(Configuration conf) {
    this.conf = conf;
  }

  /**
   * Reads what is there.
   *
   * @param title of the page, null for one made of the folder's name
   * @throws UserException with exit code 3 if there is nothing to report, or an artifact is damaged
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
    if (collector.sources.isEmpty()) {
      throw UserException.data(
          "input "
              + input
              + " holds no artifact (no "
              + Manifest.FILE_NAME
              + " or "
              + RUN_FILE
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
      ArtifactReader artifact = ArtifactReader.open(conf, folder.toString());
      add(fs, artifact, name);
      // A run's checkpoints and model belong to it; a quickstart is a folder of artifacts.
      if (artifact.manifest().kind() != ArtifactKind.QUICKSTART) {
        return;
      }
    } else if (fs.exists(new Path(folder, RUN_FILE))) {
      JsonNode run = json(fs, new Path(folder, RUN_FILE));
      sources.add(
          new Source(
              name,
              "run, not finished",
              "–",
              run.path("seed").asLong(0),
              "",
              Map.of(),
              "",
              text(run)));
      runs.add(run(fs, folder, name, RunStatus.INCOMPLETE));
      notes.add("run " + name + " is not finished: it has no " + Manifest.FILE_NAME + " yet");
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

  private void add(FileSystem fs, ArtifactReader artifact, String name) throws IOException {
    Manifest manifest = artifact.manifest();
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
    switch (manifest.kind()) {
      case DATASET -> datasets.add(new DatasetPart(name, manifest.details(DatasetDetails.class)));
      case RUN -> runs.add(run(fs, artifact.folder(), name, RunStatus.COMPLETE));
      case EVALUATION ->
          evaluations.add(
              new EvaluationPart(
                  name,
                  Json.mapper()
                      .readValue(artifact.readVerified("evaluation.json"), Evaluation.class)));
      case NGRAMS -> ngrams.add(ngrams(fs, artifact, name));
      case MODEL, MIXTURE, SCORES, CHECKPOINT, QUICKSTART -> {}
    }
  }

  /** Numbered segments of JSON lines, each a round or a validation. */
  private static RunPart run(FileSystem fs, Path folder, String name, RunStatus status)
      throws IOException {
    List<RoundMetrics> rounds = new ArrayList<>();
    List<ValidationMetrics> validations = new ArrayList<>();
    Path metrics = new Path(folder, "metrics");
    FileStatus[] segments = fs.exists(metrics) ? fs.listStatus(metrics) : new FileStatus[0];
    Arrays.sort(segments, Comparator.comparing(segment -> segment.getPath().getName()));
    for (FileStatus segment : segments) {
      Path file = segment.getPath();
      if (!file.getName().endsWith(".jsonl") || file.getName().startsWith(".")) {
        continue;
      }
      for (String line : lines(fs, file)) {
        try {
          ObjectNode node = (ObjectNode) Json.mapper().readTree(line);
          String type = node.remove("type").asText();
          if (type.equals("round")) {
            rounds.add(Json.mapper().treeToValue(node, RoundMetrics.class));
          } else if (type.equals("validation")) {
            validations.add(Json.mapper().treeToValue(node, ValidationMetrics.class));
          }
        } catch (JsonProcessingException | ClassCastException | NullPointerException e) {
          throw UserException.data(file + " has a line that is no metrics: " + line, e);
        }
      }
    }
    // A run that was resumed may have told a round twice; the later telling counts.
    return new RunPart(
        name,
        status,
        latest(rounds, RoundMetrics::round),
        latest(validations, ValidationMetrics::round));
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
    JsonNode report = fs.exists(file) ? json(fs, file) : Json.mapper().createObjectNode();
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
    try (InputStream in = fs.open(file)) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return Arrays.stream(text.split("\n", -1)).filter(line -> !line.isEmpty()).toList();
    }
  }

  private static JsonNode json(FileSystem fs, Path file) throws IOException {
    try (InputStream in = fs.open(file)) {
      return Json.mapper().readTree(in);
    } catch (JsonProcessingException e) {
      throw UserException.data(file + " is damaged: it is no JSON", e);
    }
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
